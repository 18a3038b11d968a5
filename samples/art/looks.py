"""Who the drawn people are: their colours and hair as outlines in units; nothing is drawn here."""

from dataclasses import dataclass, field

from samples.art.ink import Point, Rgb, mirrored, oval, rounded


@dataclass(frozen=True)
class Hair:
    """Outlines behind the head and in front of it."""

    back: list[list[Point]] = field(default_factory=list)
    front: list[list[Point]] = field(default_factory=list)


@dataclass(frozen=True)
class Look:
    """One drawn person."""

    skin: Rgb
    hair_colour: Rgb
    hair: Hair
    top: Rgb
    shirt: Rgb
    iris: Rgb = (92, 66, 44)
    lips: Rgb = (186, 92, 88)
    backdrop: tuple[Rgb, Rgb] = ((214, 226, 238), (150, 176, 204))
    glasses: bool = False
    beard: bool = False
    blazer: bool = True


LONG = Hair(
    back=[
        rounded(
            mirrored([(500, 120), (602, 138), (690, 226), (716, 380), (728, 560), (764, 720),
                      (744, 850), (660, 892), (580, 840), (500, 800)])
        )
    ],
    front=[
        rounded([(452, 168), (388, 190), (330, 262), (310, 380), (318, 500), (336, 560), (346, 470),
                 (362, 380), (398, 310), (446, 258), (470, 214)]),
        rounded([(446, 164), (530, 138), (622, 170), (682, 262), (694, 390), (684, 510), (664, 566),
                 (656, 470), (640, 388), (590, 318), (520, 262), (466, 214)]),
    ],
)  # fmt: skip

CROP = Hair(
    front=[
        rounded([(330, 420), (318, 330), (330, 238), (384, 168), (478, 132), (574, 138), (648, 180),
                 (680, 258), (684, 340), (670, 420), (656, 372), (646, 312), (612, 268), (548, 262),
                 (478, 272), (412, 262), (372, 288), (350, 346), (344, 396)])
    ]
)  # fmt: skip

SWEPT = Hair(
    front=[
        rounded([(334, 424), (316, 340), (322, 250), (366, 176), (440, 128), (540, 112), (632, 134),
                 (690, 196), (694, 290), (668, 420), (656, 360), (642, 306), (600, 262), (530, 250),
                 (450, 236), (396, 250), (362, 300), (346, 372)])
    ]
)  # fmt: skip

BUN = Hair(
    back=[oval(500, 128, 92, 84)],
    front=[
        rounded([(332, 440), (316, 340), (330, 244), (396, 174), (500, 152), (604, 174), (670, 244),
                 (684, 340), (668, 440), (654, 372), (626, 306), (566, 258), (500, 246), (434, 258),
                 (374, 306), (346, 372)])
    ],
)  # fmt: skip

_CURLS = [
    (352, 330, 62), (338, 420, 52), (372, 246, 70), (432, 186, 76), (512, 160, 82), (592, 184, 76),
    (640, 248, 70), (662, 332, 60), (670, 418, 50), (452, 232, 56), (548, 226, 60),
]  # fmt: skip
CURLS = Hair(
    back=[oval(x + (x - 500) * 0.12, y, r + 16, r + 16) for x, y, r in _CURLS]
    + [oval(314, 500, 56, 64), oval(686, 500, 56, 64)],
    front=[oval(x, y - 14, r * 0.86, r * 0.82) for x, y, r in _CURLS],
)

# The presenter of the facecam, the five people of `people/`, and customers quoted elsewhere.
PRESENTER = Look(
    (238, 196, 168), (74, 46, 34), LONG, (38, 62, 92), (246, 242, 236), iris=(84, 108, 92)
)
LOOKS: dict[str, Look] = {
    "ada-lindgren": Look(
        (244, 208, 184), (206, 156, 92), BUN, (36, 74, 70), (240, 236, 226), iris=(76, 112, 140),
        backdrop=((226, 236, 228), (138, 178, 164)),
    ),
    "mateo-rivera": Look(
        (214, 160, 122), (38, 28, 26), SWEPT, (52, 58, 74), (226, 232, 242), beard=True,
        lips=(186, 122, 100), backdrop=((240, 226, 208), (206, 158, 116)),
    ),
    "priya-raman": Look(
        (190, 132, 94), (32, 22, 24), LONG, (142, 44, 72), (250, 238, 230), iris=(58, 38, 28),
        lips=(164, 70, 74), backdrop=((240, 222, 226), (196, 146, 164)),
    ),
    "jonas-weber": Look(
        (246, 206, 180), (138, 120, 108), CROP, (70, 92, 116), (244, 246, 250), glasses=True,
        iris=(88, 120, 136), lips=(214, 146, 130), backdrop=((222, 230, 240), (140, 160, 188)),
    ),
    "naomi-okafor": Look(
        (128, 82, 58), (28, 20, 20), CURLS, (214, 150, 44), (250, 244, 232), iris=(48, 30, 22),
        lips=(142, 62, 62), blazer=False, backdrop=((236, 228, 246), (164, 142, 198)),
    ),
    "customer-1": Look(
        (232, 184, 150), (92, 52, 36), CURLS, (88, 64, 120), (246, 240, 246), glasses=True,
        backdrop=((232, 232, 244), (150, 150, 200)),
    ),
    "customer-2": Look(
        (150, 100, 72), (24, 18, 18), CROP, (40, 78, 62), (238, 242, 238), beard=True,
        lips=(132, 80, 66), backdrop=((226, 238, 232), (128, 172, 156)),
    ),
}  # fmt: skip
