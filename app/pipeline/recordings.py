"""Gets one scene recorded: from the store, its page, after another try, or its fallback."""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.hme.plan import derive_seed, plan_motion
from app.pipeline.artifacts import ArtifactStore, digest, file_digest
from app.pipeline.browser.cdp import CallFailed
from app.pipeline.browser.consent import consent_script
from app.pipeline.browser.navigation import Visit, check_content, navigate, prepare
from app.pipeline.browser.page_ready import make_ready
from app.pipeline.browser.studio import Studio
from app.pipeline.capture import CAPTURE_VERSION, capture
from app.pipeline.errors import BrowserDied, BrowserError, PageError, PageWentAway, PipelineError
from app.pipeline.recording import RECORDING_VERSION, Recording, load_recording
from app.pipeline.spec import Attempt, RenderSpec, SceneSpec

TRIES = 3
WAITS_S = (1.0, 4.0)  # before the second and the third try; a site's hiccup is over by then

Told = Callable[[str, int, int], None]  # step in words, done, total

log = logging.getLogger(__name__)


@dataclass
class Take:
    """A scene's recording and how it came about. `identity` is known once it is published."""

    recording: Recording
    cached: bool
    identity: str = ""
    used_fallback: bool = False
    attempts: tuple[Attempt, ...] = ()
    wall_s: dict[str, float] = field(default_factory=dict)


class Recorder:
    """Records scenes of one render with its studio into its store."""

    def __init__(self, spec: RenderSpec, studio: Studio, store: ArtifactStore) -> None:
        self._spec, self._studio, self._store = spec, studio, store

    def key(self, scene: SceneSpec, url: str) -> str:
        """All that a recording depends on but the page itself."""
        output = self._spec.output
        return digest(
            "recording",
            CAPTURE_VERSION,
            RECORDING_VERSION,
            url,
            (output.width, output.height, output.fps, output.page_load_wait_ms),
            scene.frames,
            scene.scroll.model_dump(mode="json"),
        )

    @contextlib.asynccontextmanager
    async def take(
        self, scene: SceneSpec, told: Told, on_stepped: Callable[[Recording], None]
    ) -> AsyncIterator[Take]:
        """The scene's recording, open until the context ends.

        Tries a page TRIES times where trying helps, then the fallback likewise. Raises the first
        page's last error when nothing helped.
        """
        attempts: list[Attempt] = []
        first_error: PipelineError | None = None
        urls = [url for url in (scene.url, scene.fallback_url) if url]
        for url in urls:
            for number in range(TRIES):
                if number:
                    told("retrying", number, TRIES)
                    await asyncio.sleep(WAITS_S[number - 1])
                try:
                    take = await self._from_store_or_page(scene, url, told, on_stepped)
                except (PageError, BrowserError) as error:
                    log.info("scene.page_failed scene=%s error=%s %s", scene.id, error.code, error)
                    first_error = first_error if url != urls[0] and first_error else error
                    attempts.append(
                        Attempt(
                            url=url, error=error.code, message=str(error), permanent=error.permanent
                        )
                    )
                    if error.permanent:
                        break
                    continue
                take.attempts = tuple(attempts)
                take.used_fallback = url != scene.url
                try:
                    yield take
                finally:
                    if take.recording.frames is not None:
                        take.recording.frames.close()
                return
            told("fallback", 0, 1)
        assert first_error is not None  # noqa: S101  (a spec has a URL or a fallback)
        raise first_error

    async def _from_store_or_page(
        self, scene: SceneSpec, url: str, told: Told, on_stepped: Callable[[Recording], None]
    ) -> Take:
        key = self.key(scene, url)
        async with self._store.lock("recordings", key):
            found = self._store.find("recordings", key, max_age_s=self._spec.recording_max_age_s)
            if found is not None:
                self._store.hits.append(f"recording:{scene.id}")
                return Take(load_recording(found), True, _identity(found))
            with self._store.draft() as draft:
                folder = draft / "recording"
                folder.mkdir()
                recording, wall_s = await self._from_page(scene, url, folder, told, on_stepped)
                place = self._store.publish(folder, "recordings", key)
            # The open frames stay readable: the rename moved names, not files.
            moved = Recording(place, recording.facts, recording.tiles, recording.frames)
            return Take(moved, False, _identity(place), wall_s=wall_s)

    async def _from_page(
        self,
        scene: SceneSpec,
        url: str,
        folder: Path,
        told: Told,
        on_stepped: Callable[[Recording], None],
    ) -> tuple[Recording, dict[str, float]]:
        output, guard = self._spec.output, self._studio.guard
        told("opening", 0, 1)
        async with self._studio.page() as page:
            started = time.monotonic()
            visit = Visit(url)
            filmed = visit.document
            try:
                await prepare(page, visit, (consent_script(),))
                async with page.pumping():
                    await navigate(page, url, guard, visit)
                    await check_content(page, visit)
                    wait_s = output.page_load_wait_ms / 1000
                    ready = await make_ready(page, visit, wait_s=wait_s, depth=scene.scroll.depth)
                if visit.refreshes:
                    await page.call("Page.stopLoading")  # a news page would go while it is filmed
                opened, filmed = time.monotonic(), visit.document
                geometry = json.dumps(ready.geometry.to_json(), sort_keys=True)
                plan = plan_motion(
                    ready.geometry,
                    frames=scene.frames,
                    fps=output.fps,
                    seed=derive_seed(url, str(scene.frames), geometry),
                    persona=scene.scroll.persona,
                    depth_px=ready.depth_px,
                )
                told("recording", 0, scene.frames)
                recording = await capture(
                    page,
                    visit,
                    ready,
                    plan,
                    folder,
                    width=output.width,
                    height=output.height,
                    on_stepped=on_stepped,
                    on_frame=lambda done: told("recording", done, scene.frames),
                )
                if visit.trouble:
                    raise visit.trouble
                if visit.leaving or visit.document is not filmed:
                    raise PageWentAway(url)
            except CallFailed as error:
                if visit.document is not filmed:
                    raise PageWentAway(url) from error
                # The tab went away under us (a crash, a reload of its own): worth another try.
                raise BrowserDied(f"recording {url} ({error})") from error
            done = time.monotonic()
            return recording, {"opening": opened - started, "capture": done - opened}


def _identity(folder: Path) -> str:
    return file_digest(folder / "recording.json")
