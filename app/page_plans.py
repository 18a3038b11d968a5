"""Plans the motion over one live page and draws it; it records nothing and knows no campaign."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.hme.motion import MotionPlan
from app.pipeline.artifacts import disk_errors
from app.pipeline.browser.find import find_chromium
from app.pipeline.browser.studio import Studio
from app.pipeline.browser.survey import Survey, plan_scene, survey_page
from app.plan_picture import draw_plan

WAIT_S = 3.0  # as a campaign's page_load_wait_ms where none is given


@dataclass(frozen=True)
class SceneWish:
    """One scene as a campaign would describe it."""

    url: str
    duration_s: float = 15
    persona: str = "calm"
    depth: str = "end"
    width: int = 1920
    height: int = 1080
    fps: int = 60
    seed: int | None = None


async def draw_scene_plan(
    wish: SceneWish, dst: Path, *, allow_addresses: tuple[str, ...]
) -> tuple[Survey, MotionPlan]:
    """Writes the picture of the plan a render would follow. Raises PipelineError."""
    with tempfile.TemporaryDirectory(prefix="plan-") as profiles:
        async with Studio(
            find_chromium(os.environ),
            frame_control=False,
            width=wish.width,
            height=wish.height,
            allow=allow_addresses,
            folder=Path(profiles),
        ) as studio:
            survey = await survey_page(
                studio, wish.url, wait_s=WAIT_S, depth=wish.depth, whole=True
            )
    frames = max(1, round(wish.duration_s * wish.fps))
    plan = plan_scene(survey, frames=frames, fps=wish.fps, persona=wish.persona, seed=wish.seed)
    with disk_errors(dst):
        dst.parent.mkdir(parents=True, exist_ok=True)
        draw_plan(plan, survey.geometry, survey.picture, dst)
    return survey, plan
