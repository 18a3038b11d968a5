"""A person from the chest up, in layers so that a face can move; it knows no time or sound."""

from dataclasses import dataclass

from PIL import Image

from samples.art.ink import Point, Rgb, Sheet, mirrored, mix, oval, rounded
from samples.art.looks import Look

_HEAD = rounded(
    mirrored([(500, 188), (590, 204), (650, 274), (668, 380), (658, 480), (624, 572), (566, 640),
              (500, 664)])
)  # fmt: skip
_NECK = rounded(mirrored([(500, 560), (580, 574), (578, 680), (596, 730), (560, 800), (500, 820)]))
_TORSO = rounded(
    mirrored([(500, 700), (588, 716), (640, 742), (760, 776), (850, 836), (896, 950), (910, 1080),
              (500, 1100)])
)  # fmt: skip
_LAPEL: list[Point] = [(596, 716), (652, 742), (640, 850), (560, 1010), (504, 1060), (540, 920)]
INK: Rgb = (44, 30, 34)


@dataclass(frozen=True)
class Expression:
    """What moves in a face: shares from 0 to 1, the gaze in units to the right."""

    blink: float = 0.0
    mouth_open: float = 0.0
    mouth_wide: float = 0.5
    gaze: float = 0.0
    brow: float = 0.0


def draw_body(look: Look, scale: float) -> Sheet:
    """Torso and neck: the layer that rests."""
    sheet, shade = Sheet.blank(scale), mix(look.top, (8, 10, 24), 0.55)
    sheet.fill(_TORSO, look.top if look.blazer else look.shirt)
    if not look.blazer:
        sheet.fill(_TORSO, look.top)
        sheet.fill(
            rounded(mirrored([(500, 796), (580, 760), (606, 716), (560, 690), (500, 690)])), shade
        )
    else:
        sheet.fill([(400, 716), (600, 716), (548, 930), (500, 1060), (452, 930)], look.shirt)
        sheet.shade(oval(500, 740, 130, 90), mix(look.shirt, (60, 60, 90), 0.6), 0.5, 26)
    sheet.shade(
        rounded([(700, 740), (960, 800), (960, 1080), (740, 1080), (790, 930)]), shade, 0.6, 40
    )
    sheet.shade(
        rounded([(60, 800), (190, 780), (150, 900), (120, 1080), (40, 1080)]), shade, 0.35, 36
    )
    sheet.fill(_NECK, look.skin)
    sheet.shade(oval(512, 650, 118, 82), mix(look.skin, (92, 34, 40), 0.5), 0.75, 20)
    if look.blazer:
        for side in (1, -1):
            lapel = [(500 + side * (x - 500), y) for x, y in _LAPEL]
            sheet.shade([(x + 6, y + 10) for x, y in lapel], shade, 0.75, 12)
            sheet.fill(lapel, mix(look.top, (255, 255, 255), 0.07 if side < 0 else 0.02))
            collar = [(500 + side * (x - 500), y) for x, y in
                      [(580, 690), (606, 720), (572, 812), (506, 800), (556, 756)]]  # fmt: skip
            sheet.fill(collar, mix(look.shirt, (120, 130, 160), 0.0 if side < 0 else 0.12))
    return sheet


def draw_back_hair(look: Look, scale: float) -> Sheet:
    """The hair behind neck and shoulders."""
    sheet = Sheet.blank(scale)
    for outline in look.hair.back:
        sheet.fill(outline, mix(look.hair_colour, (10, 8, 14), 0.24))
    sheet.shade(oval(500, 700, 150, 150), (10, 6, 12), 0.5, 40)
    return sheet


def draw_head(look: Look, scale: float) -> Sheet:
    """The head without its moving features."""
    sheet = Sheet.blank(scale)
    shadow, light = mix(look.skin, (104, 36, 44), 0.42), mix(look.skin, (255, 244, 226), 0.45)
    hidden = any(max(y for _, y in outline) > 640 for outline in look.hair.back)
    for x in () if hidden else (334, 666):
        sheet.fill(oval(x, 448, 30, 50), look.skin)
        sheet.shade(oval(x, 452, 14, 30), shadow, 0.7, 6)
    face = Sheet.blank(scale)
    face.fill(_HEAD, look.skin)
    face.shade(
        rounded([(640, 200), (760, 400), (700, 680), (540, 700), (622, 590), (650, 430)]),
        shadow,
        0.62,
        34,
    )
    face.shade(oval(420, 330, 90, 70), light, 0.4, 44)
    face.shade(oval(500, 676, 120, 26), shadow, 0.45, 16)
    for x in (402, 598):
        face.shade(oval(x, 530, 46, 34), mix(look.skin, (224, 84, 84), 0.5), 0.42, 24)
        face.shade(oval(x + (500 - x) * 0.12, 438, 62, 34), shadow, 0.28, 16)
    if look.beard:
        jaw = mirrored(
            [(500, 556), (566, 562), (612, 532), (664, 440), (672, 560), (610, 668), (500, 700)]
        )
        face.shade(rounded(jaw), look.hair_colour, 0.86, 7)
    face.shade(
        rounded([(508, 420), (530, 500), (536, 532), (506, 540), (512, 480)]), shadow, 0.5, 7
    )
    face.shade(oval(494, 514, 13, 11), light, 0.5, 7)
    face.line([(478, 536), (490, 543), (510, 543), (522, 536)], mix(shadow, INK, 0.25), 5)
    sheet.lay(face)
    return sheet


def draw_fringe(look: Look, scale: float) -> Sheet:
    """What lies over the face: the hair in front and the glasses."""
    sheet = Sheet.blank(scale)
    for outline in look.hair.front:
        sheet.fill(outline, look.hair_colour)
    gleam = mix(look.hair_colour, (255, 220, 180), 0.42)
    sheet.shade(
        rounded([(360, 250), (430, 186), (540, 166), (520, 190), (440, 216), (380, 280)]),
        gleam,
        0.6,
        12,
    )
    sheet.shade(
        rounded([(640, 200), (720, 300), (700, 520), (664, 460), (650, 320)]), (12, 8, 14), 0.4, 18
    )
    under = Sheet.blank(scale)
    if look.hair.front:
        for outline in look.hair.front:
            under.shade(
                [(x + 4, y + 14) for x, y in outline],
                mix(look.skin, (70, 20, 30), 0.7),
                0.45,
                9,
                on=False,
            )
    head = under.mask(_HEAD)
    under.image.putalpha(
        Image.composite(under.image.getchannel("A"), Image.new("L", head.size), head)
    )
    under.lay(sheet)
    if look.glasses:
        for x in (424, 576):
            frame = oval(x, 446, 56, 46)
            under.shade(frame, (255, 255, 255), 0.12, 1, on=False)
            under.line([*frame, frame[0]], (38, 40, 52), 7)
        under.line([(480, 440), (500, 434), (520, 440)], (38, 40, 52), 7)
    return under


def draw_features(sheet: Sheet, look: Look, face: Expression) -> None:
    """Eyes, brows and mouth, on the head."""
    for x in (424, 576):
        _eye(sheet, look, face, x)
    _mouth(sheet, look, face)


def _eye(sheet: Sheet, look: Look, face: Expression, x: float) -> None:
    y, side = 446.0, 1 if x > 500 else -1
    lid = 19 * (1 - face.blink)
    upper = [
        (x - 38, y + 4),
        (x - 20, y - lid * 0.8),
        (x + 2, y - lid),
        (x + 24, y - lid * 0.7),
        (x + 38, y + 4),
    ]
    lower = [
        (x + 22, y + 3 + 13 * (1 - face.blink)),
        (x, y + 4 + 15 * (1 - face.blink)),
        (x - 22, y + 3 + 13 * (1 - face.blink)),
    ]
    if face.blink < 0.7:
        white = Sheet.blank(sheet.scale)
        almond = rounded([*upper, *lower], steps=6)
        white.fill(oval(x + face.gaze, y, 19, 19), look.iris)
        white.fill(oval(x + face.gaze, y, 10, 10), (22, 16, 20))
        white.fill(oval(x + face.gaze - 6, y - 6, 5.5, 5.5), (255, 255, 255))
        sheet.fill(almond, (250, 247, 244))
        sheet.image.paste(
            white.image,
            mask=Image.composite(
                white.image.getchannel("A"), Image.new("L", white.image.size), sheet.mask(almond)
            ),
        )
    curve = rounded([*upper, *reversed(upper[1:-1])], steps=6)[: 4 * 6 + 1]
    sheet.line(curve, INK, 7)
    sheet.line([(x + side * 36, y + 2), (x + side * 46, y - 6 + 8 * face.blink)], INK, 5)
    lift = 9 * face.brow
    brow = [
        (x - side * 38, y - 48 - lift),
        (x - side * 6, y - 60 - lift),
        (x + side * 30, y - 56 - lift),
        (x + side * 48, y - 42 - lift),
    ]
    bow = rounded([*brow, *reversed(brow[1:-1])], steps=8)[: 3 * 8 + 1]
    sheet.line(bow, mix(look.hair_colour, INK, 0.35), 11)


def _mouth(sheet: Sheet, look: Look, face: Expression) -> None:
    half, y, gap = 50 + 16 * face.mouth_wide, 588.0, 46 * face.mouth_open
    corner = y - 11 - 6 * face.mouth_wide
    if face.mouth_open < 0.08:
        smile = rounded(
            [
                (500 - half, corner),
                (470, y + 5),
                (500, y + 9),
                (530, y + 5),
                (500 + half, corner),
                (530, y + 7),
                (500, y + 11),
                (470, y + 7),
            ]
        )
        lower = rounded(
            [
                (500 - half * 0.5, y + 10),
                (500, y + 13),
                (500 + half * 0.5, y + 10),
                (522, y + 23),
                (478, y + 23),
            ]
        )
        sheet.fill(lower, mix(look.lips, look.skin, 0.35))
        sheet.line(smile, mix(look.lips, INK, 0.45), 5)
        return
    lips = rounded(
        [
            (500 - half, corner),
            (472, y - 13),
            (500, y - 9),
            (528, y - 13),
            (500 + half, corner),
            (536, y + 14 + gap),
            (500, y + 22 + gap),
            (464, y + 14 + gap),
        ]
    )
    inside = rounded(
        [
            (500 - half + 11, corner + 1),
            (500, y - 1),
            (500 + half - 11, corner + 1),
            (530, y + 4 + gap),
            (500, y + 10 + gap),
            (470, y + 4 + gap),
        ]
    )
    sheet.fill(lips, mix(look.lips, look.skin, 0.3))
    sheet.fill(inside, (84, 28, 36))
    if face.mouth_open > 0.12:
        teeth = min(14.0, 3 + gap * 0.5)
        sheet.fill(
            rounded(
                [
                    (500 - half + 20, corner + 2),
                    (500, y),
                    (500 + half - 20, corner + 2),
                    (524, y + teeth),
                    (476, y + teeth),
                ]
            ),
            (252, 248, 244),
        )
        if face.mouth_open > 0.45:
            sheet.fill(oval(500, y + gap + 2, 22, 9), (196, 92, 94))


def draw_portrait(look: Look, side_px: int) -> Image.Image:
    """A smiling square portrait before its backdrop, cropped to head and shoulders: sRGB."""
    scale = 2.0 * side_px / 820
    portrait = Sheet.blank(scale)
    ramp = Image.linear_gradient("L").resize(portrait.image.size)
    top, bottom = (Image.new("RGB", portrait.image.size, colour) for colour in look.backdrop)
    portrait.image.paste(Image.composite(bottom, top, ramp))
    portrait.shade(oval(330, 300, 300, 300), (255, 255, 255), 0.4, 120)
    head = draw_head(look, scale)
    draw_features(head, look, Expression(mouth_open=0.26, mouth_wide=1.0))
    for layer in (
        draw_back_hair(look, scale),
        draw_body(look, scale),
        head,
        draw_fringe(look, scale),
    ):
        portrait.lay(layer)
    x, y, side = round(90 * scale), round(30 * scale), 2 * side_px
    cropped = portrait.image.crop((x, y, x + side, y + side))
    return cropped.convert("RGB").reduce(2)
