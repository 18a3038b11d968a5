"""A lead of a campaign becomes the spec of one render; it opens no page and starts nothing."""

from pathlib import Path

from app.campaign import Campaign
from app.fit import Fit
from app.leads import Lead
from app.pipeline.artifacts import digest
from app.pipeline.spec import LeadSpec, RenderSpec, SceneSpec

# Where a file lies, and who may be visited, changes nothing in the picture.
_NOT_IN_THE_PICTURE = {"facecam", "out", "artifacts", "allow_addresses", "recording_max_age_s"}
_TRIM = {"facecam_start_s", "facecam_end_s"}  # left out where the clip is used whole


def build_spec(
    campaign: Campaign,
    lead: Lead,
    fit: Fit,
    *,
    facecam: Path,
    facecam_start_s: float = 0.0,
    facecam_end_s: float | None = None,
    out: Path,
    artifacts: Path,
    allow_addresses: tuple[str, ...] = (),
    recording_max_age_s: float = 86_400,
) -> RenderSpec:
    """What `render` needs for this lead. A scene with an address of its own is shared by all."""
    scenes = tuple(
        SceneSpec(
            id=scene.id,
            url=scene.url or lead.urls.get(scene.csv_column or ""),
            fallback_url=scene.fallback_url,
            frames=frames,
            scroll=scene.scroll,
            shared=scene.url is not None,
        )
        for scene, frames in zip(campaign.scenes, fit.frames, strict=True)
    )
    return RenderSpec(
        lead=LeadSpec(row=lead.row, name=lead.name, slug=lead.slug, company=lead.company),
        scenes=scenes,
        output=campaign.output,
        facecam=facecam.resolve(),
        facecam_start_s=facecam_start_s,
        facecam_end_s=facecam_end_s,
        style=campaign.facecam,
        out=out,
        artifacts=artifacts,
        allow_addresses=allow_addresses,
        recording_max_age_s=recording_max_age_s,
    )


def spec_digest(spec: RenderSpec, facecam_digest: str) -> str:
    """Equal for two specs that ask for the same video; the clip counts by its content."""
    unsaid = set() if spec.trimmed else _TRIM
    asked = spec.model_dump(mode="json", exclude=_NOT_IN_THE_PICTURE | unsaid)
    return digest(asked, facecam_digest)
