"""Clips as people upload them: from a recorder in a browser, a phone, and with bad intent."""

import struct
import zlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from tests.pipeline.synthetic import F32, U8, clap, make_clip, patchwork, turn_on_its_side

# A recorder in a browser leaves out pictures when it is busy. Seconds, ascending, up to 2.4.
UNEVEN_S = [round(n * 0.05 + 0.03 * (n % 3 == 1), 3) for n in range(48)]


def stepping(pictures: int, *, width: int = 128, height: int = 96) -> list[U8]:
    """Each picture one grey brighter than the one before, with a mark at the upper left."""
    made = []
    for n in range(pictures):
        picture = np.full((height, width, 3), 40 + 3 * n, np.uint8)
        picture[: height // 4, : width // 4] = (230, 30, 30)
        made.append(picture)
    return made


def browser_recording(path: Path, *, codec: str = "libvpx", sound: F32 | None = None) -> Path:
    """WebM as MediaRecorder writes it: no length, no index, pictures at uneven times."""
    whole = path.with_name(f"whole-{path.name}")
    make_clip(whole, pictures=stepping(48), times_s=UNEVEN_S, codec=codec, sound=sound)
    with (
        av.open(whole) as source,
        av.open(path, "w", format="webm", options={"live": "1"}) as out,
    ):
        streams = {s.index: out.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = streams[packet.stream.index]
                out.mux(packet)
    whole.unlink()
    with av.open(path) as made:
        assert made.duration is None
    return path


def phone_recording(path: Path) -> Path:
    """HEVC in MOV, held upright: stored on its side, with a note to turn it."""
    pictures = [patchwork(72, 128, patch=8, seed=n // 10) for n in range(45)]
    make_clip(path, pictures=pictures, codec="libx265", sound=clap(1.5, [0.5]))
    turn_on_its_side(path, 72)
    return path


def sound_alone(path: Path) -> Path:
    with av.open(path, "w") as out:
        stream = out.add_stream("aac", rate=48_000, layout="mono")
        for at in range(0, 96_000, 1024):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = 48_000, at
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def unknown_codec(path: Path) -> Path:
    make_clip(path, pictures=stepping(45))
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzz1"))
    return path


def png_bomb(path: Path, edge_px: int, pictures: int) -> Path:
    """A clip of black PNGs: each a few hundred kilobytes that become gigabytes."""
    rows = zlib.compress(bytes((1 + 3 * edge_px) * edge_px), 9)
    head = struct.pack(">2I5B", edge_px, edge_px, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    )
    with av.open(path, "w", format="mov") as out:
        stream = out.add_stream("png", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "rgb24"
        out.start_encoding()
        for n in range(pictures):
            packet = av.Packet(png)
            packet.stream, packet.time_base = stream, Fraction(1, 30)
            packet.pts = packet.dts = n
            packet.is_keyframe = True
            out.mux(packet)
    return path


def playlist(path: Path, target: Path) -> Path:
    """A text in which FFmpeg would find the way to another file."""
    path.write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n" + str(target) + "\n#EXT-X-ENDLIST\n"
    )
    return path


def many_times(path: Path, picture: U8, times: int) -> Path:
    """A clip that shows one picture so often, 1 ms each: quick to make, and slow to read."""
    once = make_clip(path.with_suffix(".once.mkv"), pictures=[picture])
    with av.open(once) as source, av.open(path, "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        packet = next(source.demux(video=0))
        for n in range(times):
            copy = av.Packet(bytes(packet))
            copy.pts = copy.dts = n
            copy.time_base, copy.stream, copy.is_keyframe = Fraction(1, 1000), stream, True
            out.mux(copy)
    once.unlink()
    return path
