"""Tells which codecs the engine's work needs and this build of FFmpeg lacks."""

from collections.abc import Sequence
from typing import Literal

from av.codec import Codec
from av.codec.codec import UnknownCodecError

ENCODERS = ("libx264", "aac", "mjpeg", "gif", "libwebp_anim")
# What cameras, phones and screen recorders write.
DECODERS = ("h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "aac", "opus", "mp3", "pcm_s16le")


def missing_codecs(
    encoders: Sequence[str] = ENCODERS, decoders: Sequence[str] = DECODERS
) -> tuple[str, ...]:
    """Such as `libx264 encoder`; empty when all are there."""
    return (
        *(f"{name} encoder" for name in encoders if not _has(name, "w")),
        *(f"{name} decoder" for name in decoders if not _has(name, "r")),
    )


def _has(name: str, mode: Literal["r", "w"]) -> bool:
    try:
        Codec(name, mode)
    except UnknownCodecError:
        return False
    return True
