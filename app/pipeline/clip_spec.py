"""What the preparation of an uploaded clip is told and what it answers; opens nothing."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from app.pipeline.spec import Frozen

POSTER, HOVER, PROXY, FILMSTRIP = "poster.webp", "hover.mp4", "proxy.mp4", "filmstrip.webp"
FILES = (POSTER, HOVER, PROXY, FILMSTRIP)
FILMSTRIP_PICTURES = 10
DRAFT_PREFIX = ".preparing-"  # of the folder, beside them, in which they are made

MIN_DURATION_S = 1.0
MAX_DURATION_S = 600.0  # twice what a video may last: the rest can be trimmed away
MAX_BYTES = 2_000_000_000


class ClipToPrepare(Frozen):
    """`name` is what the user calls the clip; it stands in sentences only."""

    version: Literal[1] = 1
    clip: Path
    folder: Path
    name: str = ""
    memory_mb: int = Field(default=3072, ge=256)  # 8K needs 2 GB of frames, 1080p some 300 MB
    cpu_s: int = Field(default=900, ge=1)  # 600 s of 4K30 HEVC take about 500 s
    max_duration_s: float = Field(default=MAX_DURATION_S, gt=0)
    max_bytes: int = Field(default=MAX_BYTES, gt=0)


class PreparedClip(Frozen):
    """Sizes are as shown: after rotation, with square pixels."""

    version: Literal[1] = 1
    duration_s: float  # of picture or sound, whichever is longer
    width: int
    height: int
    fps: float  # pictures a second, as a mean where the rate varies
    has_sound: bool
    rotation_deg: int  # counter-clockwise, as a multiple of 90
    codec: str
    digest: str  # of the file's content: what a render knows the clip by
    size_bytes: int
    files_bytes: dict[str, int]  # what was written, by name
    notes: tuple[str, ...] = ()  # sentences for the user about what is unusual, but no fault
