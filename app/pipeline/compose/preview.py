"""Moving thumbnails for e-mail and chat, under a megabyte; knows only the finished video.

Many clients show the first frame only, so it alone already says whose video this is. The pictures
are the video's key frames in quick succession: nothing else has to be decoded.
"""

import dataclasses
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.pipeline.artifacts import disk_errors
from app.pipeline.compose.planes import Converter, to_rgb

MOST_BYTES = 990_000  # a letter with it stays under a megabyte; larger ones are held back
_WIDTH = 480
_MOST_PICTURES = 24  # some 30 ms each to decode at 1080p, and every lead pays for it
_LENGTH_S = 5.0
_SHOWN_S = (0.14, 0.6)  # the shortest and longest time that one picture stays
_FIRST_S = 1.2  # long enough to read a name
_SUPERSAMPLE = 4


@dataclasses.dataclass(frozen=True)
class _Level:
    """How much is kept: the picture's width, every n-th picture, and colours or quality."""

    width: int
    every: int
    detail: int


_GIF_LEVELS = (
    _Level(480, 1, 96), _Level(480, 1, 48), _Level(480, 2, 64), _Level(400, 2, 48),
    _Level(400, 3, 32), _Level(320, 3, 32), _Level(320, 4, 16), _Level(240, 6, 16),
    _Level(160, 10, 8),
)  # fmt: skip
_WEBP_LEVELS = (
    _Level(480, 1, 70), _Level(480, 1, 45), _Level(480, 1, 25), _Level(480, 2, 25),
    _Level(400, 2, 15), _Level(320, 4, 10), _Level(160, 10, 5),
)  # fmt: skip


def write_previews(
    video: Path, gif: Path, webp: Path, *, name: str, nameplate: bytes | None = None
) -> None:
    """Writes both animations, endless, each under MOST_BYTES. The same video gives the same bytes.

    nameplate: PNG with alpha that shows the lead's name, drawn where every script and emoji can be;
    without one `name` is drawn in a Latin font. Raises DiskFull.
    """
    pictures = list(_key_pictures(video))
    badge = _badge(pictures[0].size, name, nameplate)
    for picture in pictures:
        picture.paste(badge, (0, 0), badge)
    for dst, levels, encode in ((gif, _GIF_LEVELS, _gif), (webp, _WEBP_LEVELS, _webp)):
        for level in levels:
            if (data := _within(pictures, level, encode)) is not None:
                break
        else:
            raise ValueError(f"no preview of {video} fits in {MOST_BYTES} bytes")
        with disk_errors(dst):
            dst.write_bytes(data)


def _key_pictures(video: Path) -> Iterator[Image.Image]:
    """Up to 24 key frames spread over the whole video, the first one first."""
    converter = Converter()
    with av.open(video) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        keys = [packet for packet in container.demux(stream) if packet.is_keyframe and packet.size]
        step = max(1.0, len(keys) / _MOST_PICTURES)
        wanted = {keys[int(n * step)].pts for n in range(int(len(keys) / step))}
        container.seek(0)
        stream.codec_context.skip_frame = "NONKEY"
        height = 2 * round(_WIDTH * stream.height / stream.width / 2)
        for packet in container.demux(stream):
            if packet.pts in wanted or packet.pts is None:
                for frame in packet.decode():
                    yield Image.fromarray(to_rgb(converter.from_video(frame, _WIDTH, height)))


def _badge(size: tuple[int, int], name: str, nameplate: bytes | None) -> Image.Image:
    """A play button in the middle and the name under it: RGBA of the picture's size."""
    width, height = size
    radius = round(min(size) * 0.13)
    badge = Image.new("RGBA", size, (0, 0, 0, 0))
    button = _play_button(radius)
    middle = (width // 2, round(height * 0.44))
    badge.alpha_composite(button, (middle[0] - radius, middle[1] - radius))
    if nameplate is not None:
        with Image.open(io.BytesIO(nameplate)) as image:
            plate = image.convert("RGBA")
    else:
        plate = _plain_nameplate(name)
    room = (round(width * 0.46), round(height * 0.13))  # page and face stay in view
    plate.thumbnail(room, Image.Resampling.LANCZOS)
    top = min(height - plate.height, middle[1] + radius + round(height * 0.05))
    badge.alpha_composite(plate, (middle[0] - plate.width // 2, top))
    return badge


def _play_button(radius: int) -> Image.Image:
    side = 2 * radius * _SUPERSAMPLE
    image = Image.new("RGBA", (side, side), (24, 24, 27, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((0, 0, side - 1, side - 1), fill=(24, 24, 27, 220))
    left, top, right = side * 0.39, side * 0.29, side * 0.75
    pen.polygon([(left, top), (left, side - top), (right, side / 2)], fill=(255, 255, 255, 255))
    return image.resize((2 * radius, 2 * radius), Image.Resampling.BOX)


def _plain_nameplate(name: str) -> Image.Image:
    font = ImageFont.load_default(size=44)
    left, top, right, bottom = font.getbbox(name or " ")
    pad = 26
    size = (round(right - left) + 2 * pad, round(bottom - top) + 2 * pad)
    plate = Image.new("RGBA", size, (24, 24, 27, 0))
    pen = ImageDraw.Draw(plate)
    pen.rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), size[1] / 2, fill=(24, 24, 27, 220))
    pen.text((pad - left, pad - top), name, font=font, fill=(255, 255, 255, 255))
    return plate


def _within(
    pictures: Sequence[Image.Image],
    level: _Level,
    encode: Callable[[Sequence[Image.Image], int], bytes],
) -> bytes | None:
    """The animation, or None if it is too large. A few of its pictures tell most of that."""
    kept = _reduced(pictures[:: level.every], level.width)
    probe = kept[:: max(1, len(kept) // 4)]
    if len(probe) < len(kept):
        foreseen = len(encode(probe, level.detail)) * len(kept) / len(probe)
        if foreseen > MOST_BYTES:
            return None
    data = encode(kept, level.detail)
    return data if len(data) < MOST_BYTES else None


def _reduced(pictures: Sequence[Image.Image], width: int) -> list[Image.Image]:
    if pictures[0].width <= width:
        return list(pictures)
    height = round(pictures[0].height * width / pictures[0].width)
    return [p.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2) for p in pictures]


def _durations_ms(pictures: Sequence[Image.Image]) -> list[int]:
    shown_s = min(max(_LENGTH_S / len(pictures), _SHOWN_S[0]), _SHOWN_S[1])
    return [round(_FIRST_S * 1000)] + [round(shown_s * 100) * 10] * (len(pictures) - 1)


def _gif(pictures: Sequence[Image.Image], colours: int) -> bytes:
    """One palette for all and no dithering: LZW packs the runs well, and nothing flickers."""
    sample = pictures[:: max(1, len(pictures) // 8)]
    strip = Image.fromarray(np.concatenate([np.asarray(p)[::2, ::2] for p in sample]))
    palette = strip.quantize(colours, Image.Quantize.MEDIANCUT)
    reduced = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures]
    return _saved(reduced, "GIF", optimize=False, disposal=1)


def _webp(pictures: Sequence[Image.Image], quality: int) -> bytes:
    return _saved(pictures, "WEBP", quality=quality, method=1)


def _saved(pictures: Sequence[Image.Image], kind: str, **options: int) -> bytes:
    file = io.BytesIO()
    pictures[0].save(
        file,
        kind,
        save_all=True,
        append_images=pictures[1:],
        duration=_durations_ms(pictures),
        loop=0,
        **options,
    )
    return file.getvalue()
