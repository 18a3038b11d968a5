"""What a stranger's file must be before any of its pictures is looked at; decodes nothing."""

from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from app.pipeline.compose.facecam import find_picture, open_clip
from app.pipeline.errors import (
    FacecamCodecUnknown,
    FacecamFileTooLarge,
    FacecamPictureTooLarge,
    FacecamTooCostly,
    FacecamWithoutPicture,
)

MOST_EDGE_PX = 8192  # what cameras make; beyond, a frame alone is a tenth of a gigabyte
# What a core decodes of H.264 in a second, measured at 1080p: a clip that needs longer than it may
# take is refused before it does.
_PIXELS_A_SECOND = 200e6
_MOST_FPS = 60.0  # FFmpeg says up to 1,000 where the rate varies


def check_clip(clip: Path, name: str, *, max_bytes: int, cpu_s: float) -> None:
    """Reads the head of the file. Raises FacecamError by the first thing that is wrong with it."""
    size_bytes = clip.stat().st_size
    if size_bytes > max_bytes:
        raise FacecamFileTooLarge(name, size_bytes, max_bytes)
    with open_clip(clip, name) as container:
        stream = find_picture(container)
        if stream is None:
            raise FacecamWithoutPicture(name)
        _check_picture(stream, name)
        if _pixels(container, stream) > cpu_s * _PIXELS_A_SECOND:
            raise FacecamTooCostly(name)


def _check_picture(stream: VideoStream, name: str) -> None:
    context = stream.codec_context
    if context is None:  # which PyAV's types do not admit: there is no decoder
        raise FacecamCodecUnknown(name)
    if max(context.width, context.height) > MOST_EDGE_PX:
        raise FacecamPictureTooLarge(name, context.width, context.height, MOST_EDGE_PX)


def _pixels(container: InputContainer, stream: VideoStream) -> float:
    """Of all pictures together, as far as the head of the file tells."""
    length_s = (container.duration or 0) / av.time_base
    rate = min(float(stream.average_rate or 0), _MOST_FPS)
    return stream.codec_context.width * stream.codec_context.height * rate * length_s
