"""A few silent seconds of a clip, small enough to play in a list; chooses no still."""

from fractions import Fraction
from pathlib import Path

import av

from app.pipeline.compose.encoder import tag_bt709, written_whole
from app.pipeline.compose.planes import Converter, Planes, to_frame

WIDTH_PX = 320
LENGTH_S = 4.0
FPS = 15
MOST_BYTES = 200_000  # a page of a library shows some dozens
_CRF = (27, 33, 39, 45, 51)


def write_hover(proxy: Path, dst: Path, *, start_s: float) -> None:
    """Writes `dst`: MP4, H.264, index first, at most 4 s from `start_s` on and 200 kB, no sound.

    Raises DiskFull; no file is left then.
    """
    pictures = _pictures(proxy, start_s)
    for crf in _CRF:
        with written_whole(dst):
            _encode(pictures, dst, crf)
        if dst.stat().st_size < MOST_BYTES:
            return


def _pictures(proxy: Path, start_s: float) -> list[Planes]:
    """Fifteen a second: at time t the last frame with pts ≤ t."""
    pictures: list[Planes] = []
    converter = Converter(threads=1)
    with av.open(proxy) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        container.seek(int(start_s * av.time_base))
        for frame in container.decode(stream):
            time_s = (frame.time or 0.0) - start_s
            if time_s >= LENGTH_S - 1e-4:
                break
            if time_s < len(pictures) / FPS - 1e-4:
                continue
            width = min(WIDTH_PX, frame.width)
            height = max(2, 2 * round(width * frame.height / frame.width / 2))
            pictures.append(converter.from_video(frame, width, height))
    return pictures


def _encode(pictures: list[Planes], dst: Path, crf: int) -> None:
    options = {"preset": "veryfast", "crf": str(crf), "profile": "main"}
    with av.open(dst, "w", format="mp4", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height = pictures[0].width, pictures[0].height
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, FPS)
        tag_bt709(stream.codec_context)
        for number, planes in enumerate(pictures):
            frame = to_frame(planes)
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
