"""What a presenter's clip is, and whether it can be used; decides nothing about the video."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from app.pipeline.artifacts import file_digest
from app.pipeline.compose.trusted_formats import ONLY_OWN_DATA
from app.pipeline.compose.waveform import integrated_lufs, read_waveform
from app.pipeline.errors import (
    FacecamEmpty,
    FacecamError,
    FacecamTooLong,
    FacecamTruncated,
    NotAVideo,
)

_MISSING_S = 0.5  # containers round their duration; an upload that broke off lacks more
_MISSING_SHARE = 0.03
_RATE_DIFFERS = 0.1  # a header's rate may be rounded, and a clip may end with a longer picture
_BAD_PACKETS = 2  # a webcam may start or end with a broken one
_BAD_SHARE = 0.01
_DECODE_ALL_PX = (
    1280 * 720 * 30 * 90
)  # up to here every frame is decoded (some 5 s); above, key frames


@dataclasses.dataclass(frozen=True)
class FacecamFacts:
    """Sizes are as shown: after rotation, with square pixels. 0 s is the first picture."""

    duration_s: float  # of picture or sound, whichever is longer
    picture_s: float
    picture_start_s: float  # of the first frame on the file's own clock
    width: int
    height: int
    rotation_deg: int  # counter-clockwise, as a multiple of 90
    fps: float
    video_codec: str
    audio: bool
    channels: int
    sample_rate_hz: int
    loudness_lufs: float | None
    size_bytes: int
    digest: str


@dataclasses.dataclass
class _Scan:
    """What reading the whole file showed."""

    first: av.VideoFrame | None = None
    first_s: float = float("inf")
    end_s: float = 0.0
    sound_end_s: float = 0.0
    packets: int = 0
    bad_packets: int = 0


def probe_facecam(path: Path, *, name: str = "", max_duration_s: float = 300) -> FacecamFacts:
    """Reads the whole clip once. Raises NotAVideo, FacecamTruncated, FacecamEmpty, FacecamTooLong.

    Any codec PyAV reads, in any container that holds its own data. `name` stands for the clip in
    what is said of it; without one the file's own does. Clips of up to 90 s at 720p30, or as many
    pixels, are decoded in full; of larger ones every packet is read but only key frames decoded.
    """
    name = name or path.name
    size_bytes = path.stat().st_size
    with open_clip(path, name) as container:
        stream = find_picture(container)
        if stream is None:
            raise NotAVideo(name)
        header_s = container.duration / av.time_base if container.duration else 0.0
        if header_s > max_duration_s + _MISSING_S:
            raise FacecamTooLong(name, header_s, max_duration_s)
        scan = _scan(container, stream)
        first = scan.first
        if first is None:
            raise _frameless(name, scan)
        picture_s = scan.end_s - scan.first_s
        duration_s = max(picture_s, scan.sound_end_s - scan.first_s)
        if duration_s <= 0:
            raise FacecamEmpty(name, "lasts 0 s")
        if duration_s > max_duration_s + _MISSING_S:
            raise FacecamTooLong(name, duration_s, max_duration_s)
        _refuse_damage(name, container, stream, scan)
        width, height = _shown_size(first, float(stream.sample_aspect_ratio or 1))
        sound = container.streams.audio[0] if container.streams.audio else None
        codec, channels, rate_hz = (
            stream.codec_context.name,
            sound.codec_context.channels if sound else 0,
            sound.codec_context.sample_rate if sound else 0,
        )
        fps = _rate(stream, scan.packets / picture_s if picture_s else 0.0)
    waveform = read_waveform(path, picture_start_s=scan.first_s) if sound else None
    return FacecamFacts(
        duration_s=duration_s,
        picture_s=picture_s,
        picture_start_s=scan.first_s,
        width=width,
        height=height,
        rotation_deg=_quarter_turns(first) * 90,
        fps=fps,
        video_codec=codec,
        audio=waveform is not None,
        channels=channels,
        sample_rate_hz=rate_hz,
        loudness_lufs=None if waveform is None else integrated_lufs(waveform),
        size_bytes=size_bytes,
        digest=file_digest(path),
    )


def _rate(stream: VideoStream, counted: float) -> float:
    """What the file says of its frame rate, unless counting the pictures says otherwise."""
    said = float(stream.average_rate or stream.guessed_rate or 0)
    # Of a variable rate FFmpeg tells the finest step there is: up to 1,000 fps for a webcam.
    return said if abs(said - counted) <= _RATE_DIFFERS * counted else counted


def _shown_size(frame: av.VideoFrame, aspect: float) -> tuple[int, int]:
    """(width, height) after rotation. `aspect` is that of a pixel, where it is not square."""
    width = max(1, round(frame.width * aspect))
    return (frame.height, width) if _quarter_turns(frame) % 2 else (width, frame.height)


def _quarter_turns(frame: av.VideoFrame) -> int:
    """Counter-clockwise turns that put the picture upright: what numpy.rot90 takes."""
    return round(frame.rotation / 90) % 4


def open_clip(path: Path, name: str) -> InputContainer:
    """The clip, of a container we trust. Raises NotAVideo, FacecamTruncated, FacecamEmpty."""
    if path.stat().st_size == 0:
        raise FacecamEmpty(name, "is an empty file")
    try:
        return av.open(path, options=ONLY_OWN_DATA)
    except MemoryError:  # which PyAV also derives from its own error
        raise
    except av.error.EOFError as error:
        raise FacecamEmpty(name, "has no pictures in it") from error
    except (av.error.FFmpegError, ValueError) as error:
        with path.open("rb") as file:
            head = file.read(12)
        if head[4:8] == b"ftyp":  # an MP4 whose index, often at the very end, never arrived
            raise FacecamTruncated(name, "the end of the file is missing") from error
        raise NotAVideo(name) from error


def find_picture(container: InputContainer) -> VideoStream | None:
    """The first moving picture; the cover of a piece of music is none."""
    for stream in container.streams.video:
        if not stream.disposition & stream.disposition.attached_pic:
            return stream
    return None


def _scan(container: InputContainer, stream: VideoStream) -> _Scan:
    scan = _Scan()
    stream.thread_type = "AUTO"
    length_s = (container.duration or 0) / av.time_base
    rate = float(stream.average_rate or 30)
    if stream.width * stream.height * length_s * rate > _DECODE_ALL_PX:
        stream.codec_context.skip_frame = "NONKEY"
    sound = [s for s in container.streams if s.type == "audio"][:1]
    with _up_to_the_first_error():  # of the demuxer: what came before it counts
        for packet in container.demux([stream, *sound]):
            if packet.stream is not stream:
                if packet.pts is not None and packet.time_base is not None:
                    end = (packet.pts + (packet.duration or 0)) * packet.time_base
                    scan.sound_end_s = max(scan.sound_end_s, float(end))
                continue
            _scan_packet(scan, packet)  # type: ignore[arg-type]
    return scan


@contextlib.contextmanager
def _up_to_the_first_error() -> Iterator[None]:
    """Leaves off at an error of FFmpeg, but not where memory ran out: that is no damage."""
    try:
        yield
    except MemoryError:
        raise
    except av.error.FFmpegError:
        return


def _scan_packet(scan: _Scan, packet: av.Packet[VideoStream]) -> None:
    if packet.size:
        scan.packets += 1
    if packet.is_corrupt:
        scan.bad_packets += 1
    try:
        frames = packet.decode()
    except MemoryError:
        raise
    except av.error.FFmpegError:
        scan.bad_packets += scan.first is not None  # a stream may start amidst a GOP
        frames = []
    if frames and scan.first is None:
        scan.first = frames[0]
    if scan.first is not None and packet.pts is not None and packet.time_base is not None:
        scan.end_s = max(
            scan.end_s, float((packet.pts + (packet.duration or 0)) * packet.time_base)
        )
    for frame in frames:
        if frame.time is not None:
            scan.first_s = min(scan.first_s, frame.time)
            scan.end_s = max(scan.end_s, frame.time)


def _frameless(name: str, scan: _Scan) -> FacecamError:
    if scan.packets:
        return FacecamTruncated(name, "no picture in it can be read")
    return FacecamEmpty(name, "has no pictures in it")


def _promised_s(container: InputContainer, stream: VideoStream) -> float:
    """How long the header says that picture and first sound last; MP4 says it of each track."""
    tracks = [stream, *container.streams.audio[:1]]
    lengths_s = [float(t.duration * t.time_base) for t in tracks if t.duration and t.time_base]
    return max(lengths_s, default=(container.duration or 0) / av.time_base)


def _refuse_damage(name: str, container: InputContainer, stream: VideoStream, scan: _Scan) -> None:
    start_s = (container.start_time or 0) / av.time_base
    promised_s = _promised_s(container, stream)
    found_s = max(scan.end_s, scan.sound_end_s) - start_s
    if promised_s - found_s > max(_MISSING_S, _MISSING_SHARE * promised_s):
        raise FacecamTruncated(
            name, f"it says {promised_s:.1f} s but ends after {max(0.0, found_s):.1f} s"
        )
    if stream.duration and stream.time_base:
        promised_s = float(stream.duration * stream.time_base)
        found_s = scan.end_s - scan.first_s
        if promised_s - found_s > max(_MISSING_S, _MISSING_SHARE * promised_s):
            raise FacecamTruncated(name, f"its picture ends after {found_s:.1f} s")
    if scan.bad_packets > max(_BAD_PACKETS, _BAD_SHARE * scan.packets):
        raise FacecamTruncated(
            name, f"{scan.bad_packets} of its {scan.packets} pictures cannot be read"
        )
