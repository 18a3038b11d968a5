"""A trim on its way from the service into a render's spec; it makes no video."""

from pathlib import Path

from app.campaign import parse_campaign
from app.inputs import fit_clip
from app.leads import Lead
from app.pipeline.artifacts import digest
from app.pipeline.spec import RenderSpec
from app.render_specs import build_spec, spec_digest

CAMPAIGN = parse_campaign(
    {"scenes": [{"id": "a", "url": "https://a.example/", "duration_s": 5}], "fit": "scale"}
)
CLIP = {"duration_s": 20.0}
# What a spec had to say before clips could be trimmed, but for what changes nothing in the picture.
SAID_OF_OLD = {"version", "lead", "scenes", "output", "style", "draft"}


def spec(**trim: float) -> RenderSpec:
    return build_spec(
        CAMPAIGN,
        Lead(2, "Ada", {}, {}),
        fit_clip(CAMPAIGN, CLIP),
        facecam=Path("clip.mp4"),
        out=Path("out"),
        artifacts=Path("artifacts"),
        **trim,  # type: ignore[arg-type]
    )


def test_scenes_are_fitted_to_the_part_of_the_clip() -> None:
    fps = CAMPAIGN.output.fps
    assert fit_clip(CAMPAIGN, CLIP).total_frames == 20 * fps
    assert fit_clip(CAMPAIGN, CLIP, start_s=3, end_s=10.5).total_frames == 7.5 * fps
    assert fit_clip(CAMPAIGN, CLIP, start_s=3).total_frames == 17 * fps


def test_a_spec_names_the_part() -> None:
    trimmed = spec(facecam_start_s=3, facecam_end_s=10.5)
    assert (trimmed.facecam_start_s, trimmed.facecam_end_s) == (3, 10.5)
    assert RenderSpec.model_validate_json(trimmed.model_dump_json()) == trimmed


def test_another_part_of_a_clip_is_another_video() -> None:
    digests = [
        spec_digest(spec(**trim), "clip")
        for trim in ({}, {"facecam_start_s": 1}, {"facecam_start_s": 2}, {"facecam_end_s": 9})
    ]
    assert len(set(digests)) == 4


def test_a_video_of_a_whole_clip_made_before_is_still_known() -> None:
    whole = spec()
    of_old = digest(whole.model_dump(mode="json", include=SAID_OF_OLD), "clip")
    assert spec_digest(whole, "clip") == of_old
