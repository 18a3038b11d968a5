"""Opens one page just as a render does and says what is there; it records nothing."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from app.hme.geometry import PageGeometry
from app.hme.plan import MotionPlan, derive_seed, plan_motion
from app.pipeline.browser.cdp import CallFailed
from app.pipeline.browser.consent import consent_script
from app.pipeline.browser.navigation import Visit, check_content, navigate, prepare
from app.pipeline.browser.page import Page
from app.pipeline.browser.page_ready import make_ready
from app.pipeline.browser.studio import Studio
from app.pipeline.errors import BrowserDied


@dataclass(frozen=True)
class Survey:
    """A page that can be recorded. `picture` is encoded: JPEG of its top, or PNG of all of it."""

    url: str
    final_url: str
    title: str
    geometry: PageGeometry
    depth_px: float | None
    notices: tuple[str, ...]
    picture: bytes
    content: dict[str, Any]  # see ready.js


async def survey_page(
    studio: Studio, url: str, *, wait_s: float, depth: str, whole: bool = False
) -> Survey:
    """The page, ready. The studio's browser must draw by itself (`frame_control=False`).

    `whole` takes a picture of all the page that a scene can show, else of its top. Raises the
    PageError or BrowserError that a render would meet.
    """
    async with studio.page() as page:
        visit = Visit(url)
        try:
            await prepare(page, visit, (consent_script(),))
            async with page.pumping():
                await navigate(page, url, studio.guard, visit)
                content = await check_content(page, visit)
                ready = await make_ready(page, visit, wait_s=wait_s, depth=depth)
                geometry = ready.geometry
                picture = await (_whole(page, geometry) if whole else page.screenshot("jpeg"))
        except CallFailed as error:
            raise BrowserDied(f"looking at {url} ({error})") from error
    return Survey(
        url=url,
        final_url=visit.url or url,
        title=ready.title,
        geometry=geometry,
        depth_px=ready.depth_px,
        notices=tuple(visit.notices),
        picture=picture,
        content=content,
    )


async def _whole(page: Page, geometry: PageGeometry) -> bytes:
    """PNG of the document past its viewport; fixed parts stand once, at the top."""
    clip = {"x": 0, "y": 0, "width": geometry.width_px, "height": geometry.height_px, "scale": 1}
    answer = await page.call(
        "Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True, "clip": clip}
    )
    return base64.b64decode(answer["data"])


def plan_scene(
    survey: Survey, *, frames: int, fps: int, persona: str, seed: int | None = None
) -> MotionPlan:
    """The plan a render of this scene follows; `seed` tries another one."""
    geometry = json.dumps(survey.geometry.to_json(), sort_keys=True)
    own_seed = derive_seed(survey.url, str(frames), geometry)
    return plan_motion(
        survey.geometry,
        frames=frames,
        fps=fps,
        seed=own_seed if seed is None else seed,
        persona=persona,
        depth_px=survey.depth_px,
    )
