"""What the figures were measured on: processor, browser, codecs; measures nothing itself."""

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import av
import psutil

_X264_SAYS = re.compile(rb"x264 - core (\d+(?: r\d+)?)")  # a user-data SEI of the first packet


def machine_facts(video: Path, browser: str) -> Mapping[str, str]:
    """Facts in words by name. `video`: any file of ours, which tells its x264's version."""
    return {
        **computer_facts(),
        "browser": browser,
        "PyAV": f"{av.__version__} with FFmpeg {av.ffmpeg_version_info}",
        "x264": _x264_version(video),
        "ffmpeg program": _ffmpeg_version() or "not installed",
    }


def computer_facts() -> Mapping[str, str]:
    """What does not depend on the engine."""
    return {
        "cores": f"{psutil.cpu_count()} × {_cpu_model()}",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
    }


def load_average() -> str:
    """Of the last minute; the bench's own work included."""
    return f"{os.getloadavg()[0]:.1f}"


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _x264_version(video: Path) -> str:
    with video.open("rb") as file:
        found = _X264_SAYS.search(file.read(4 << 20))
    return f"core {found[1].decode()}" if found else "of unknown version"


def _ffmpeg_version() -> str | None:
    if shutil.which("ffmpeg") is None:
        return None
    said = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=False)
    words = said.stdout.split(maxsplit=3)
    return words[2] if len(words) > 2 else None
