"""What a finished file says of itself: its index, tags, times and light; it judges none of it."""

from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from app.pipeline.compose.planes import from_frame

COLOUR = "bt709/bt709/bt709 limited"  # as `colour` says it of all that we encode


def presented_pts(container: InputContainer, stream: VideoStream) -> list[int]:
    """The pts of every packet, ascending."""
    packets = container.demux(stream)
    return sorted(packet.pts for packet in packets if packet.pts is not None and packet.size)


def gapless(stream: VideoStream, presented: list[int]) -> bool:
    if stream.time_base is None or not stream.average_rate:
        return False
    tick = 1 / (stream.average_rate * stream.time_base)
    return presented[:1] == [0] and all(np.diff(presented) == int(tick)) and tick.denominator == 1


def colour(stream: VideoStream) -> str:
    """matrix/primaries/transfer and range; the numbers are those of ITU-T H.273."""
    context = stream.codec_context
    tags = (context.colorspace, context.color_primaries, context.color_trc)
    names = "/".join("bt709" if tag == 1 else str(int(tag)) for tag in tags)
    ranges = {1: "limited", 2: "full"}
    return f"{names} {ranges.get(int(context.color_range), 'untagged')}"


def index_first(video: Path) -> bool:
    """Whether the moov box stands before the media (ISO 14496-12, 4.2)."""
    with video.open("rb") as file:
        while header := file.read(8):
            size, kind = int.from_bytes(header[:4]), header[4:]
            if kind in (b"moov", b"mdat"):
                return kind == b"moov"
            file.seek(max(0, size - 8), 1)
    return False


def first_second_luma(container: InputContainer, stream: VideoStream, frames: int) -> float:
    """The mean of Y, 16 … 235, over the same frames and pixels as when they were composed.

    frames: of the first segment, whose end may come before the second's.
    """
    container.seek(0)
    stream.thread_type = "AUTO"
    means = []
    for number, frame in enumerate(container.decode(stream)):
        if number == frames or (frame.time or 0) >= 1:
            break
        means.append(float(from_frame(frame).y[::4, ::4].mean()))
    return float(np.mean(means)) if means else 0.0
