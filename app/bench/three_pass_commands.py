"""The command lines of the three-pass way; runs none of them."""

from collections.abc import Sequence
from pathlib import Path

RECORD_FPS = 25  # what Playwright and its kin record at
FACE_WIDTH_PX, FACE_MARGIN_PX = 320, 24
POSTER_AT_S = 3

_FFMPEG = ("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y")


def record_command(dst: Path, width: int, height: int) -> Sequence[str]:
    """JPEG pictures on standard input → WebM: Playwright's videoRecorder.ts, but for its size."""
    return [
        *("ffmpeg", "-hide_banner", "-loglevel", "error", "-y"),
        *("-f", "image2pipe", "-avioflags", "direct", "-fpsprobesize", "0"),
        *("-probesize", "32", "-analyzeduration", "0", "-framerate", str(RECORD_FPS)),
        *("-c:v", "mjpeg", "-i", "pipe:0", "-an", "-r", str(RECORD_FPS)),
        *("-c:v", "libvpx", "-qmin", "0", "-qmax", "50", "-crf", "8", "-deadline", "realtime"),
        *("-speed", "8", "-b:v", "1M", "-threads", "1"),
        *("-vf", f"pad={width}:{height}:0:0:gray,crop={width}:{height}:0:0,format=yuv420p"),
        str(dst),
    ]


def normalise_command(src: Path, dst: Path, *, width: int, height: int, fps: int) -> Sequence[str]:
    """One scene at the output's size and rate: x264 veryfast, crf 18."""
    fit = f"scale={width}:{height}:force_original_aspect_ratio=decrease"
    pad = f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2"
    return [
        *_FFMPEG, "-i", str(src),
        "-vf", f"{fit},{pad},fps={fps},format=yuv420p",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-an", str(dst),
    ]  # fmt: skip


def concat_command(listing: Path, dst: Path) -> Sequence[str]:
    """The files that `listing` names, one after the other, uncoded."""
    return [
        *_FFMPEG, "-f", "concat", "-safe", "0", "-i", str(listing), "-c", "copy", str(dst),
    ]  # fmt: skip


def overlay_command(video: Path, facecam: Path, dst: Path, *, duration_s: float) -> Sequence[str]:
    """The facecam, looped, in the corner, with its sound: x264 medium, crf 23, AAC 128k.

    A plain rectangle: a circle's mask would cost this way still more.
    """
    place = f"W-w-{FACE_MARGIN_PX}:H-h-{FACE_MARGIN_PX}"
    graph = f"[1:v]scale={FACE_WIDTH_PX}:-2[face];[0:v][face]overlay={place}:shortest=0[v]"
    return [
        *_FFMPEG, "-i", str(video), "-stream_loop", "-1", "-i", str(facecam),
        "-filter_complex", graph, "-map", "[v]", "-map", "1:a",
        "-c:v", "libx264", "-preset", "medium", "-crf", "23", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-b:a", "128k", "-t", f"{duration_s:g}",
        "-movflags", "+faststart", str(dst),
    ]  # fmt: skip


def poster_command(video: Path, dst: Path) -> Sequence[str]:
    return [
        *_FFMPEG, "-ss", str(POSTER_AT_S), "-i", str(video),
        "-frames:v", "1", "-vf", "scale=1280:720", "-q:v", "3", str(dst),
    ]  # fmt: skip
