"""Joins segments and their sound into the finished file, uncoded; looks into no picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.stream import Stream
from av.video.stream import VideoStream

from app.pipeline.compose.encoder import TIME_SCALE, written_whole
from app.pipeline.errors import PromiseBroken


def splice(
    segments: Sequence[Path],
    sound: Path | None,
    dst: Path,
    *,
    fps: int,
    end_s: Fraction | None = None,
) -> None:
    """Writes `dst`: MP4, index first, every frame 1/fps after the one before, sound from 0 s.

    end_s: when the last frame ends, if that is earlier than 1/fps after its beginning.

    Raises PromiseBroken when the segments were not encoded alike, DiskFull; no file is left then.
    """
    with (
        written_whole(dst),
        av.open(dst, "w", format="mp4", options={"movflags": "+faststart"}) as out,
    ):
        with av.open(segments[0]) as first:
            template = first.streams.video[0]
            extradata = template.codec_context.extradata
            video = out.add_stream_from_template(template)
            video.time_base = Fraction(1, TIME_SCALE)
        pictures = _joined(segments, video, extradata, fps)
        if end_s is not None:
            pictures = _ended(pictures, round(end_s * TIME_SCALE))
        if sound is None:
            for packet in pictures:
                out.mux_one(packet)
            return
        with av.open(sound) as track:
            source = track.streams.audio[0]
            audio = out.add_stream_from_template(source)
            audio.time_base = source.time_base
            _interleave(out, pictures, _copied(track, source, audio))


def _joined(
    segments: Sequence[Path], video: VideoStream, extradata: bytes | None, fps: int
) -> Iterator[av.Packet[VideoStream]]:
    """The segments' packets on one clock, in decoding order."""
    tick = TIME_SCALE // fps
    # A segment of a frame or two has nothing to reorder, and x264 gives it no delay. In the joined
    # file all have the longest one, or time would run backwards at such a segment.
    delay = max(_delay(path) for path in segments)
    frames = offset = 0
    for path in segments:
        with av.open(path) as container:
            stream = container.streams.video[0]
            if stream.codec_context.extradata != extradata:
                raise PromiseBroken((f"{path.name} was encoded with other settings than the rest",))
            if stream.time_base != Fraction(1, TIME_SCALE):
                raise PromiseBroken((f"{path.name} counts time in {stream.time_base} s",))
            for packet in container.demux(stream):
                if packet.dts is None or packet.pts is None:
                    continue  # the demuxer's way of saying that the file has ended
                packet.pts += offset
                packet.dts = frames * tick - delay
                packet.stream = video
                frames += 1
                yield packet
            offset = frames * tick


def _delay(segment: Path) -> int:
    """How much earlier than it is shown its first frame is decoded, in ticks."""
    with av.open(segment) as container:
        first = next(container.demux(container.streams.video[0]))
        return -(first.dts or 0)


def _ended(packets: Iterator[av.Packet[VideoStream]], end: int) -> Iterator[av.Packet[VideoStream]]:
    """Cuts short what would be shown beyond `end`, in ticks.

    MP4 tells the length twice: by what is shown last, and by the sum of what is decoded.
    """
    shown = 0
    waiting = next(packets)
    for packet in packets:
        shown += _cut(waiting, end)
        yield waiting
        waiting = packet
    _cut(waiting, end)
    waiting.duration = end - shown
    yield waiting


def _cut(packet: av.Packet[VideoStream], end: int) -> int:
    """The packet's duration: what it was, or less where it is the last to be shown."""
    assert packet.pts is not None and packet.duration is not None  # noqa: S101, PT018
    whole = packet.duration
    packet.duration = min(whole, end - packet.pts)
    return whole


def _copied(track: InputContainer, source: Stream, audio: Stream) -> Iterator[av.Packet[Stream]]:
    for packet in track.demux(source):
        if packet.dts is not None:
            packet.stream = audio
            yield packet


def _interleave(
    out: OutputContainer,
    video: Iterator[av.Packet[VideoStream]],
    audio: Iterator[av.Packet[Stream]],
) -> None:
    """Writes both in order of time: players read a file from front to back."""
    waiting = next(audio, None)
    for packet in video:
        while waiting is not None and _dts_s(waiting) <= _dts_s(packet):
            out.mux_one(waiting)
            waiting = next(audio, None)
        out.mux_one(packet)
    while waiting is not None:
        out.mux_one(waiting)
        waiting = next(audio, None)


def _dts_s(packet: av.Packet[VideoStream] | av.Packet[Stream]) -> Fraction:
    assert packet.dts is not None  # noqa: S101
    return packet.dts * packet.time_base
