"""A stand-in for the engine: it speaks the engine's protocol and writes its files, and is quick.

It is used where many seeds are run and the engine itself is not under test. It opens no page: one
whose address ends in /missing is not there, all others are. It uses the standard library alone.
"""

import ctypes
import hashlib
import json
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

STEPS_S = 0.6  # of one video in all, half as much or half again
NAMES = ("card.jpg", "light.mp4", "poster.jpg", "preview.gif", "preview.webp", "video.mp4")
SIZE_BYTES = 60_000


def say(**event: Any) -> None:
    print(json.dumps(event), flush=True)  # noqa: T201


def fail(code: str, message: str, *, permanent: bool = True) -> int:
    say(event="failed", error=code, message=message, permanent=permanent)
    return 3 if permanent else 4


def make(spec: dict[str, Any]) -> int:
    scenes = [(scene["id"], scene["frames"]) for scene in spec["scenes"]]
    if any(str(scene["url"]).endswith("/missing") for scene in spec["scenes"]):
        return fail("page_missing", "The page is not there.")
    chance = random.Random(os.getpid())
    pause_s = STEPS_S * chance.uniform(0.5, 1.5) / (4 * len(scenes) + 3)
    say(event="step", step="sound", done=0, total=1)
    for scene, frames in scenes:
        for step, done, total in (
            ("opening", 0, 1), ("recording", 0, frames),
            ("recording", frames, frames), ("composing", frames, frames),
        ):  # fmt: skip
            time.sleep(pause_s)
            say(event="scene", scene=scene, step=step, done=done, total=total)
    for step in ("joining", "pictures", "verifying"):
        time.sleep(pause_s)
        say(event="step", step=step, done=0, total=1)
    out = Path(spec["out"])
    out.mkdir(parents=True, exist_ok=True)
    try:
        for name in NAMES:
            write_whole(out / name, content(spec, name))
        said = report(spec, out)
        write_whole(out / "report.json", json.dumps(said).encode())
    except OSError:
        return fail("disk_full", "The disk is full.", permanent=False)
    say(event="finished", report=said)
    return 0


def content(spec: dict[str, Any], name: str) -> bytes:
    """The same for the same lead, as the engine's would be."""
    seed = hashlib.sha256(f"{spec['lead']} {name}".encode()).digest()
    return seed * (SIZE_BYTES // len(seed))


def write_whole(file: Path, text: bytes) -> None:
    """Or not at all, and then no draft is left; that of one that was killed is written over."""
    draft = file.with_name(f".{file.name}.part")
    try:
        draft.write_bytes(text)
        draft.replace(file)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def report(spec: dict[str, Any], out: Path) -> dict[str, Any]:
    """As app.pipeline.spec.RenderReport has it."""
    frames, fps = sum(scene["frames"] for scene in spec["scenes"]), spec["output"]["fps"]
    seconds, size_bytes = frames / fps, (out / "video.mp4").stat().st_size
    return {
        "version": 1,
        "lead": spec["lead"],
        "state": "completed",
        "error": None,
        "scenes": [
            {
                "id": scene["id"], "url": scene["url"], "way": "tiles", "reason": "",
                "used_fallback": False, "attempts": [], "notices": [], "frames": scene["frames"],
                "recording_cached": False, "segment_cached": False,
                "repeated_frames_while_moving": 0, "psnr_db": 50.0, "wall_s": {"capture": 0.1},
            }
            for scene in spec["scenes"]
        ],
        "measurements": {
            "container": "mov,mp4,m4a,3gp,3g2,mj2", "duration_s": seconds,
            "size_bytes": size_bytes, "width": spec["output"]["width"],
            "height": spec["output"]["height"], "fps": float(fps), "frames": frames,
            "video_codec": "h264 High", "pixel_format": "yuv420p",
            "colour": "bt709/bt709/bt709 limited", "audio_codec": "aac LC",
            "audio_duration_s": seconds, "faststart": True, "pts_gapless": True,
            "first_second_luma": 200.0, "sound_offset_ms": 0.0, "loudness_lufs": -20.0,
            "repeated_frames_while_moving": 0, "psnr_db": 50.0,
        },
        "paths": {name: str(out / name) for name in NAMES},
        "sizes_bytes": {name: (out / name).stat().st_size for name in NAMES},
        "wall_s": {"total": STEPS_S},
        "cache_hits": [],
        "peak_memory_mb": 10.0,
        "browser": "none",
    }  # fmt: skip


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # it ends with the worker, as the engine does
    say(event="hello", version=1)
    sys.exit(make(json.loads(Path(sys.argv[2]).read_text("utf-8"))))
