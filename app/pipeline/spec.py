"""What a render is told and what it answers: frozen values, JSON both ways."""

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.campaign import FacecamStyle, Output, Scroll

CaptureWay = Literal["tiles", "stepped"]

# What a render makes besides its report; light.mp4 is the video once more, for slow connections.
VIDEO_FILES = (
    "video.mp4", "light.mp4", "poster.jpg", "card.jpg", "preview.gif", "preview.webp",
)  # fmt: skip


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LeadSpec(Frozen):
    row: int
    name: str
    slug: str
    company: str = ""


class SceneSpec(Frozen):
    """One scene of one lead. `frames` is its exact length at the output's fps.

    `url` is None where the lead has none: then `fallback_url` is taken at once.
    """

    id: str
    url: str | None
    fallback_url: str | None = None
    frames: int = Field(ge=1)
    scroll: Scroll = Scroll()
    shared: bool = False


class RenderSpec(Frozen):
    """Everything `render` needs for one lead; the same file reproduces the render anywhere.

    `facecam_start_s` and `facecam_end_s` trim the clip: its picture and sound are used from the
    one to the other, in seconds after its first picture; without an end, to its own.
    """

    version: Literal[1] = 1
    lead: LeadSpec
    scenes: tuple[SceneSpec, ...] = Field(min_length=1)
    output: Output = Output()
    facecam: Path
    facecam_start_s: float = Field(default=0.0, ge=0)
    facecam_end_s: float | None = Field(default=None, gt=0)
    style: FacecamStyle = FacecamStyle()
    out: Path
    artifacts: Path
    allow_addresses: tuple[str, ...] = ()
    recording_max_age_s: float = 86_400
    draft: bool = False  # a preview: low resolution and quick, from the same recordings

    @property
    def total_frames(self) -> int:
        return sum(scene.frames for scene in self.scenes)

    @property
    def trimmed(self) -> bool:
        return self.facecam_start_s > 0 or self.facecam_end_s is not None

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.facecam_end_s is not None and self.facecam_end_s <= self.facecam_start_s:
            raise ValueError("facecam_end_s must be after facecam_start_s")
        return self


class Attempt(Frozen):
    """One failed try at a scene's page."""

    url: str
    error: str
    message: str
    permanent: bool


class SceneReport(Frozen):
    id: str
    url: str  # what is shown, after redirects
    way: CaptureWay
    reason: str  # why this way was chosen, in words
    used_fallback: bool = False
    attempts: tuple[Attempt, ...] = ()
    notices: tuple[str, ...] = ()
    frames: int
    recording_cached: bool
    segment_cached: bool
    repeated_frames_while_moving: int
    psnr_db: float
    wall_s: dict[str, float] = {}


class Measurements(Frozen):
    """What `verify` read from the finished file."""

    container: str
    duration_s: float
    size_bytes: int
    width: int
    height: int
    fps: float
    frames: int
    video_codec: str
    pixel_format: str
    colour: str
    audio_codec: str | None
    audio_duration_s: float | None
    faststart: bool
    pts_gapless: bool
    first_second_luma: float
    sound_offset_ms: float | None
    loudness_lufs: float | None
    repeated_frames_while_moving: int
    psnr_db: float


class LightMeasurements(Frozen):
    """What `verify_light` read from the video's light copy."""

    duration_s: float  # of its picture
    size_bytes: int
    width: int
    height: int
    fps: float
    frames: int
    video_codec: str
    pixel_format: str
    colour: str
    faststart: bool
    pts_gapless: bool
    first_second_luma: float
    sound_as_in_video: bool  # packet for packet, or neither has any
    psnr_db: float


class RenderReport(Frozen):
    version: Literal[1] = 1
    lead: LeadSpec
    state: Literal["completed", "failed"]
    error: dict[str, object] | None = None
    scenes: tuple[SceneReport, ...] = ()
    measurements: Measurements | None = None
    light: LightMeasurements | None = None  # reports of earlier releases have none
    paths: dict[str, str] = {}
    sizes_bytes: dict[str, int] = {}
    wall_s: dict[str, float] = {}
    cache_hits: tuple[str, ...] = ()
    peak_memory_mb: float | None = None
    browser: str = ""
