"""Pages, recordings and clips whose every frame is known; knows nothing of how they are read."""

import io
import itertools
import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from PIL import Image

from app.hme.plan import MotionPlan
from app.pipeline.recording import Facts, FrameStore, Placement, Plate, Recording, Tiles

U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]
OUT_OF_SIGHT = (-100, -100)


def plan_of(scroll_px: Sequence[int], *, fps: int = 30) -> MotionPlan:
    """A plan with just these offsets and no cursor on the picture."""
    frames = len(scroll_px)
    return MotionPlan(
        frames, fps, "calm", 1, tuple(scroll_px), (OUT_OF_SIGHT,) * frames, (), scroll_px[-1]
    )


def patchwork(height: int, width: int, *, patch: int = 4, seed: int = 1) -> U8:
    """Random patches of colour: uint8 [height, width, 3]. No two offsets look alike."""
    rng = np.random.default_rng(seed)
    small = rng.integers(30, 226, (-(-height // patch), -(-width // patch), 3), dtype=np.uint8)
    return small.repeat(patch, 0).repeat(patch, 1)[:height, :width]


def tiles_recording(
    folder: Path,
    page: U8,
    plan: MotionPlan,
    *,
    height: int,
    cuts: Sequence[int] = (),
    layers: Sequence[U8] = (),
    placements: Sequence[tuple[Placement, ...]] | None = None,
) -> Recording:
    """The page as plates cut at rows `cuts`, seen through a viewport `height` rows tall."""
    folder.mkdir(exist_ok=True)
    edges = [0, *cuts, page.shape[0]]
    plates = []
    for n, (top, bottom) in enumerate(itertools.pairwise(edges)):
        Image.fromarray(page[top:bottom]).save(folder / f"page-{n}.png")
        plates.append(Plate(f"page-{n}.png", top, bottom - top))
    for n, layer in enumerate(layers):
        Image.fromarray(layer).save(folder / f"layer-{n}.png")
    names = tuple(f"layer-{n}.png" for n in range(len(layers)))
    placed = tuple(placements) if placements is not None else ((),) * plan.frames
    return Recording(
        folder,
        facts(plan, page.shape[1], height, "tiles"),
        tiles=Tiles(tuple(plates), names, placed),
    )


def stepped_recording(
    folder: Path, pictures: Sequence[U8 | None], plan: MotionPlan, size: tuple[int, int]
) -> Recording:
    """Pictures as JPEG; None repeats the one before. `size` is (width, height)."""
    folder.mkdir(exist_ok=True)
    store = FrameStore(_Memory())
    for picture in pictures:
        store.append(None if picture is None else jpeg(picture))
    return Recording(folder, facts(plan, *size, "stepped"), frames=store)


class _Memory(io.BytesIO):
    """A file that nobody has to close."""

    name = "frames.bin"


def jpeg(rgb: U8) -> bytes:
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=95, subsampling=0)
    return file.getvalue()


def facts(plan: MotionPlan, width: int, height: int, way: str) -> Facts:
    url = "https://example.com/"
    return Facts(way, "test", url, url, "Test", width, height, plan.fps, plan)  # type: ignore[arg-type]


def bt709(rgb: npt.NDArray[Any]) -> tuple[npt.NDArray[np.float64], ...]:
    """Y, U, V of limited range at every pixel: ITU-R BT.709-6, items 3.2 to 3.4."""
    r, g, b = (rgb[..., n].astype(float) / 255 for n in range(3))
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return 16 + 219 * y, 128 + 224 * (b - y) / 1.8556, 128 + 224 * (r - y) / 1.5748


def make_clip(
    path: Path,
    *,
    pictures: Sequence[U8],
    times_s: Sequence[float] | None = None,
    fps: int = 30,
    sound: F32 | None = None,
    rate_hz: int = 48_000,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
) -> Path:
    """A clip of `pictures` (uint8 [height, width, 3]); sound is float32 [channels, n]."""
    tick = Fraction(1, 1000)
    with av.open(path, "w") as out:
        video = cast(VideoStream, out.add_stream(codec, rate=fps))
        video.height, video.width = pictures[0].shape[:2]
        video.pix_fmt = pixel_format
        video.codec_context.time_base = tick
        if codec == "libx264":
            video.codec_context.options = {"crf": "8", "bf": "0"}
        audio = None
        if sound is not None:
            name = "libopus" if path.suffix == ".webm" else "aac"
            layout = ("mono", "stereo")[len(sound) - 1]
            audio = cast(AudioStream, out.add_stream(name, rate=rate_hz, layout=layout))
        for n, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            time_s = n / fps if times_s is None else times_s[n]
            frame.pts, frame.time_base = round(time_s * 1000), tick
            out.mux(video.encode(frame))
        out.mux(video.encode())
        if audio is not None and sound is not None:
            for at in range(0, sound.shape[1], 960):
                block = np.ascontiguousarray(sound[:, at : at + 960])
                heard = av.AudioFrame.from_ndarray(block, format="fltp", layout=audio.layout.name)
                heard.sample_rate, heard.pts = rate_hz, at
                out.mux(audio.encode(heard))
            out.mux(audio.encode())
    return path


def flat(colour: tuple[int, int, int], *, width: int = 64, height: int = 48) -> U8:
    return np.full((height, width, 3), colour, np.uint8)


def clap(
    duration_s: float, at_s: Sequence[float], *, rate_hz: int = 48_000
) -> npt.NDArray[np.float32]:
    """Quiet noise with a 10 ms burst at each time: float32 [1, n]."""
    rng = np.random.default_rng(2)
    sound = (0.003 * rng.standard_normal(round(duration_s * rate_hz))).astype(np.float32)
    for time_s in at_s:
        first = round(time_s * rate_hz)
        burst = rng.uniform(-0.5, 0.5, rate_hz // 100).astype(np.float32)
        sound[first : first + burst.size] = burst[: max(0, sound.size - first)]
    return sound[None]


def turn_on_its_side(path: Path, height: int) -> None:
    """Says in the MP4's track header that the picture is to be turned a quarter clockwise."""
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40  # ISO 14496-12, 8.3.2, version 0
    data[matrix : matrix + 36] = struct.pack(
        ">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, height << 16, 0, 1 << 30
    )
    path.write_bytes(data)
