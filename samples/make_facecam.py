"""Makes facecam.mp4, a drawn presenter whose every clap and flash is known; run it by `python -m`.

At each of CLAP_TIMES_S the whole picture is white for exactly two frames, and a clap starts at
exactly the same time: the first sample above 0.45 of full scale, where the voice never gets (AAC
lets a quieter trace of a clap sound up to 10 ms before it). Same code, same file: everything
random is seeded.
"""

import sys
from dataclasses import dataclass
from functools import lru_cache
from math import cos, pi, radians, sin
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from samples.art.figure import (
    Expression,
    draw_back_hair,
    draw_body,
    draw_features,
    draw_fringe,
    draw_head,
)
from samples.art.ink import Sheet
from samples.art.looks import PRESENTER
from samples.art.office import draw_office
from samples.voice import SAMPLE_RATE_HZ, Speech, add_claps, speak

FACECAM = Path(__file__).parent / "facecam.mp4"
DURATION_S = 30.0
FPS = 30
WIDTH_PX, HEIGHT_PX = 1280, 720
CLAP_TIMES_S = (1.0, 6.0, 11.0, 16.0, 21.0, 26.0)
FLASH_FRAMES = 2
SEED = 20261123

_SCALE = 0.82  # pixels per figure unit in the finished picture
_LEFT_PX, _TOP_PX = WIDTH_PX / 2 - 500 * _SCALE, -14.0
_NECK_PX = (_LEFT_PX + 500 * _SCALE, _TOP_PX + 690 * _SCALE)
_FINE = 2  # everything is drawn at twice its size
_BLINKS_S = (0.6, 3.4, 4.9, 8.3, 9.0, 12.6, 14.8, 17.9, 20.2, 23.1, 24.6, 28.0)


def main() -> None:
    """Write the facecam beside this module."""
    speech = speak(DURATION_S, CLAP_TIMES_S, SEED)
    sound = add_claps(speech.sound, CLAP_TIMES_S, SEED)
    container = av.open(str(FACECAM), "w", options={"movflags": "+faststart"})
    with container:
        video = container.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt = WIDTH_PX, HEIGHT_PX, "yuv420p"
        video.codec_context.color_range = 1
        for tag in ("colorspace", "color_primaries", "color_trc"):
            setattr(video.codec_context, tag, 1)  # BT.709
        # One thread: x264's frame threads make the bytes depend on the machine's cores.
        video.options = {"preset": "slow", "crf": "21", "profile": "high", "threads": "1"}
        audio = container.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="mono")
        audio.bit_rate = 192_000  # at half of it the encoder smears a clap ahead of its time
        for index in range(round(DURATION_S * FPS)):
            picture = av.VideoFrame.from_ndarray(draw_frame(index, speech), format="rgb24")
            picture = picture.reformat(format="yuv420p", dst_colorspace="ITU709")
            picture.pts = index
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        heard = av.AudioFrame.from_ndarray(sound[None].astype(np.float32), "fltp", "mono")
        heard.sample_rate, heard.pts = SAMPLE_RATE_HZ, 0
        container.mux(audio.encode(heard))
        container.mux(audio.encode(None))
    sys.stdout.write(f"{FACECAM.name}: {FACECAM.stat().st_size / 1e6:.2f} MB\n")


def draw_frame(index: int, speech: Speech) -> NDArray[np.uint8]:
    """Frame `index`: uint8 [720, 1280, 3], sRGB."""
    time_s = index / FPS
    if any(0 <= index - round(clap_s * FPS) < FLASH_FRAMES for clap_s in CLAP_TIMES_S):
        return np.full((HEIGHT_PX, WIDTH_PX, 3), 255, dtype=np.uint8)
    picture = _office().copy()
    turn_deg = 1.5 * sin(2 * pi * time_s / 5.3) + 0.7 * sin(2 * pi * time_s / 2.3 + 1)
    sway_px = (
        7 * sin(2 * pi * time_s / 7.1),
        3 * sin(2 * pi * time_s / 3.7) + _nod_px(time_s, speech),
    )
    breath_px = 1.6 * sin(2 * pi * time_s / 4.1)
    head = _head(_expression(time_s, speech))
    hair, body, _, _ = _rest()
    _place(picture, hair, turn_deg, sway_px)
    _place(picture, body, 0.0, (sway_px[0] / 4, breath_px))
    _place(picture, head, turn_deg, sway_px)
    return np.asarray(picture)


def _nod_px(time_s: float, speech: Speech) -> float:
    """Stress moves the head down a little: the mean opening of the last 0.3 s."""
    tick = round(time_s * 100)
    return 9 * float(speech.mouth_open[max(0, tick - 30) : tick + 1].mean())


def _expression(time_s: float, speech: Speech) -> Expression:
    tick = min(round(time_s * 100) + 1, len(speech.mouth_open) - 1)
    blink = max(max(0.0, 1 - abs(time_s - blink_s) / 0.09) for blink_s in _BLINKS_S)
    opened = float(speech.mouth_open[tick])
    # Coarse steps, so that a face once drawn is found again.
    return Expression(
        blink=round(blink * 3) / 3,
        mouth_open=round(opened * 12) / 12,
        mouth_wide=round(float(speech.mouth_wide[tick]) * 4) / 4 if opened > 0.04 else 0.75,
        gaze=round(2 * sin(2 * pi * time_s / 6.1)) * 1.5,
        brow=round(2 * max(0.0, sin(2 * pi * time_s / 3.9))) / 2,
    )


@lru_cache(maxsize=1)
def _office() -> Image.Image:
    return draw_office(WIDTH_PX, HEIGHT_PX, SEED)


@dataclass(frozen=True)
class _Layer:
    """A premultiplied piece of the figure; `fine` is how much larger than needed it is drawn."""

    image: Image.Image
    left_px: float
    top_px: float
    fine: int


def _layer(sheet: Sheet, fine: int) -> _Layer:
    scale = _SCALE * _FINE
    margin = round(30 * scale)  # room to turn in
    box = sheet.image.getbbox() or (0, 0, 1, 1)
    piece = sheet.image.crop(
        (
            box[0] - margin,
            box[1] - margin,
            box[2] + margin,
            min(box[3] + margin, round(940 * scale)),
        )
    ).convert("RGBa")
    left_px, top_px = (box[0] - margin) / _FINE + _LEFT_PX, (box[1] - margin) / _FINE + _TOP_PX
    return _Layer(piece if fine == _FINE else piece.reduce(_FINE), left_px, top_px, fine)


@lru_cache(maxsize=1)
def _rest() -> tuple[_Layer, _Layer, Sheet, Sheet]:
    """Hair behind and body as layers; the bare head and the fringe to make faces from."""
    scale = _SCALE * _FINE
    hair, body = draw_back_hair(PRESENTER, scale), draw_body(PRESENTER, scale)
    head, fringe = draw_head(PRESENTER, scale), draw_fringe(PRESENTER, scale)
    return _layer(hair, 1), _layer(body, 1), head, fringe


@lru_cache(maxsize=100)
def _head(face: Expression) -> _Layer:
    _, _, bare, fringe = _rest()
    sheet = bare.copy()
    draw_features(sheet, PRESENTER, face)
    sheet.lay(fringe)
    return _layer(sheet, _FINE)


def _place(
    picture: Image.Image, layer: _Layer, turn_deg: float, shift_px: tuple[float, float]
) -> None:
    """Turn a layer about the neck, shift it and put it on the picture."""
    turn, fine = radians(turn_deg), layer.fine
    corner_px = round(layer.left_px), round(layer.top_px)
    pivot = [(_NECK_PX[axis] - (layer.left_px, layer.top_px)[axis]) * fine for axis in (0, 1)]
    moved = [(_NECK_PX[axis] + shift_px[axis] - corner_px[axis]) * fine for axis in (0, 1)]
    # Output to input, as Pillow wants it: undo the shift, then turn back about the pivot.
    matrix = (
        cos(turn), sin(turn), pivot[0] - cos(turn) * moved[0] - sin(turn) * moved[1],
        -sin(turn), cos(turn), pivot[1] + sin(turn) * moved[0] - cos(turn) * moved[1],
    )  # fmt: skip
    turned = layer.image.transform(
        layer.image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
    )
    turned = (turned.reduce(fine) if fine > 1 else turned).convert("RGBA")
    picture.paste(turned.convert("RGB"), corner_px, turned.getchannel("A"))


if __name__ == "__main__":
    main()
