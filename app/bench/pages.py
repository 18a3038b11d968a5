"""How fast single pages are captured, with nothing else going on; composes nothing."""

import contextlib
import os
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from app.bench.bed import OUTPUT, Bed
from app.hme.plan import plan_motion
from app.pipeline.artifacts import ArtifactStore
from app.pipeline.browser.abilities import cached_abilities
from app.pipeline.browser.consent import consent_script
from app.pipeline.browser.find import find_chromium
from app.pipeline.browser.navigation import Visit, navigate, prepare
from app.pipeline.browser.page_ready import make_ready
from app.pipeline.browser.studio import Studio
from app.pipeline.capture.film import Film
from app.pipeline.capture.stepped import capture_stepped
from app.pipeline.recording import FrameStore
from app.pipeline.recordings import Recorder

STEPPED_S = 5.0  # of a page in motion: some 15 s at the goal's rate


@dataclass(frozen=True)
class Captured:
    """A page from ready to captured: its time, its way, and how tall its picture is."""

    wall_s: float
    way: str
    height_px: int


@contextlib.asynccontextmanager
async def open_studio(bed: Bed) -> AsyncIterator[Studio]:
    """A browser as a render has it."""
    executable = find_chromium(os.environ)
    can = await cached_abilities(executable, bed.folder)
    async with Studio(
        executable,
        frame_control=can.begin_frame,
        width=OUTPUT.width,
        height=OUTPUT.height,
        allow=bed.sites.addresses,
        folder=bed.folder,
    ) as studio:
        yield studio


async def capture_page(bed: Bed, studio: Studio, path: str) -> Captured:
    """Records the page at `path` of the sample sites for a scene, by the way it chooses itself."""
    spec = bed.spec(0)
    scene = spec.scenes[0].model_copy(update={"url": bed.sites.url(path)})
    with tempfile.TemporaryDirectory(dir=bed.folder) as folder:  # nothing is warm here
        recorder = Recorder(spec, studio, ArtifactStore(Path(folder)))
        async with recorder.take(scene, lambda *_: None, lambda recording: None) as take:
            tiles = take.recording.tiles
            plates = tiles.plates if tiles else ()
            return Captured(
                wall_s=take.wall_s["capture"],
                way=take.recording.facts.way,
                height_px=max((p.top_px + p.height_px for p in plates), default=0),
            )


async def stepped_rate(bed: Bed, studio: Studio, path: str, *, moving: bool) -> float:
    """Frames a second on the stepped way, scrolled to the end or left at the top, one by one."""
    visit = Visit(bed.sites.url(path))
    async with studio.page() as page:
        await prepare(page, visit, (consent_script(),))
        async with page.pumping():
            await navigate(page, visit.asked_url, studio.guard, visit)
            ready = await make_ready(page, visit, wait_s=3, depth="end" if moving else "none")
        fps = OUTPUT.fps
        plan = plan_motion(
            ready.geometry,
            frames=round(STEPPED_S * fps),
            fps=fps,
            seed=1,
            depth_px=ready.depth_px,
        )
        await page.arm()
        film = Film(page, fps)
        await film.wait_still()  # as the gate leaves it: what the page did on loading is over
        with tempfile.TemporaryFile(dir=bed.folder) as file:
            started = time.monotonic()
            await capture_stepped(film, plan, FrameStore(file), lambda frame: None)
            return plan.frames / (time.monotonic() - started)
