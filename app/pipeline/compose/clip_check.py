"""What a stranger's file must be before any of its pictures is looked at; decodes nothing."""

from pathlib import Path

from av.video.stream import VideoStream

from app.pipeline.compose.facecam import find_picture, open_clip
from app.pipeline.errors import (
    FacecamCodecUnknown,
    FacecamFileTooLarge,
    FacecamPictureTooLarge,
    FacecamWithoutPicture,
)

MOST_EDGE_PX = 8192  # what cameras make; beyond, a frame alone is a tenth of a gigabyte


def check_clip(clip: Path, name: str, *, max_bytes: int) -> None:
    """Reads the head of the file. Raises FacecamError by the first thing that is wrong with it."""
    size_bytes = clip.stat().st_size
    if size_bytes > max_bytes:
        raise FacecamFileTooLarge(name, size_bytes, max_bytes)
    with open_clip(clip, name) as container:
        stream = find_picture(container)
        if stream is None:
            raise FacecamWithoutPicture(name)
        _check_picture(stream, name)


def _check_picture(stream: VideoStream, name: str) -> None:
    context = stream.codec_context
    if context is None:  # which PyAV's types do not admit: there is no decoder
        raise FacecamCodecUnknown(name)
    if max(context.width, context.height) > MOST_EDGE_PX:
        raise FacecamPictureTooLarge(name, context.width, context.height, MOST_EDGE_PX)
