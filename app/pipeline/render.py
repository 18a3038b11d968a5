"""One lead's video, from top to bottom: facecam, scenes, sound, joining, pictures, verdict."""

import asyncio
import contextlib
import dataclasses
import os
import resource
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from app.pipeline.artifacts import ArtifactStore, digest, disk_errors
from app.pipeline.browser.abilities import cached_abilities
from app.pipeline.browser.find import find_chromium
from app.pipeline.browser.studio import Studio
from app.pipeline.compose.assemble import splice
from app.pipeline.compose.card import write_card
from app.pipeline.compose.facecam import FacecamFacts
from app.pipeline.compose.poster import write_poster
from app.pipeline.compose.preview import write_previews
from app.pipeline.compose.sound import SoundSettings, write_sound
from app.pipeline.errors import PipelineError, PromiseBroken
from app.pipeline.facecam_slice import facecam_slice
from app.pipeline.lettering import Lettering, draw_lettering
from app.pipeline.memory import MemoryWatch
from app.pipeline.recordings import Recorder
from app.pipeline.segments import Segment, SegmentMaker
from app.pipeline.spec import (
    VIDEO_FILES,
    LightMeasurements,
    Measurements,
    RenderReport,
    RenderSpec,
)
from app.pipeline.threads import in_thread
from app.pipeline.verify import broken_promises, measure
from app.pipeline.verify_light import broken_light_promises, measure_light

Event = dict[str, object]
OnEvent = Callable[[Event], None]

SOUND_VERSION = 1


async def render(
    spec: RenderSpec,
    on_event: OnEvent = lambda event: None,
    *,
    memory_limit_mb: int | None = None,
) -> RenderReport:
    """Writes VIDEO_FILES and report.json to `spec.out`.

    A draft gets draft.mp4 and its report alone. Files of an earlier render are replaced only when
    the new ones are whole. Raises PipelineError; report.json then tells what happened.
    """
    work = _Render(spec, on_event, MemoryWatch(memory_limit_mb))
    try:
        report = await work.run()
    except PipelineError as error:
        work.write_report(work.report("failed", error=error))
        raise
    work.write_report(report)
    return report


class _Render:
    def __init__(self, spec: RenderSpec, on_event: OnEvent, memory: MemoryWatch) -> None:
        self._spec, self._on_event, self._memory = spec, on_event, memory
        with disk_errors(spec.out):
            spec.out.mkdir(parents=True, exist_ok=True)
        self._store = ArtifactStore(spec.artifacts)
        self._wall_s: dict[str, float] = {}
        self._segments: Sequence[Segment] = ()
        self._measured: Measurements | None = None
        self._light: LightMeasurements | None = None
        self._browser = ""
        self._paths: dict[str, Path] = {}

    async def run(self) -> RenderReport:
        spec, store = self._spec, self._store
        with self._timed("total"), store.draft() as draft:
            with self._timed("facecam"):
                facecam = await asyncio.to_thread(facecam_slice, spec, store)
            executable = find_chromium(os.environ)
            can = await cached_abilities(executable, store.root)
            async with (
                Studio(
                    executable,
                    frame_control=can.begin_frame,
                    width=spec.output.width,
                    height=spec.output.height,
                    allow=spec.allow_addresses,
                    folder=draft,
                ) as studio,
                self._memory.watching(studio.memory_bytes),
            ):
                maker = SegmentMaker(spec, facecam, Recorder(spec, studio, store), store)
                with self._timed("scenes"):
                    sound, lettering, self._segments = await self._parts(maker, facecam, studio)
                self._browser = studio.product
                await self._finish(maker, facecam, sound, lettering, draft)
        return self.report("completed")

    async def _parts(
        self, maker: SegmentMaker, facecam: FacecamFacts, studio: Studio
    ) -> tuple[Path, Lettering, list[Segment]]:
        """Sound, lettering and scenes, made beside one another; a failure ends the others."""
        jobs: list[Awaitable[Segment]] = []
        start_frame = 0
        for scene in self._spec.scenes:
            jobs.append(maker.make(scene, start_frame, self._teller(scene.id)))
            start_frame += scene.frames
        try:
            async with asyncio.TaskGroup() as group:
                sound = group.create_task(self._sound(facecam))
                lettering = group.create_task(draw_lettering(studio, self._spec))
                segments = [group.create_task(_awaited(job)) for job in jobs]
        except BaseExceptionGroup as failed:
            # Not `except*`: before Python 3.11.4 what it raises is wrapped in a group again.
            known, unknown = failed.split(PipelineError)
            if known is None or unknown is not None:
                raise
            raise _first(known) from None
        return sound.result(), lettering.result(), [segment.result() for segment in segments]

    async def _sound(self, facecam: FacecamFacts) -> Path:
        duration_s = self._spec.total_frames / self._spec.output.fps
        settings = SoundSettings()
        key = digest(
            "sound", SOUND_VERSION, facecam.digest, duration_s, dataclasses.asdict(settings)
        )
        async with self._store.lock("sounds", key):
            found = self._store.find("sounds", key)
            if found is not None:
                self._store.hits.append("sound")
                return found
            self._step("sound")
            with self._store.draft() as draft, self._timed("sound"):
                made = draft / "sound.mp4"
                await in_thread(
                    write_sound,
                    self._spec.facecam,
                    facecam,
                    made,
                    duration_s=duration_s,
                    settings=settings,
                    trimmed=self._spec.trimmed,
                )
                return self._store.publish(made, "sounds", key)

    async def _finish(
        self,
        maker: SegmentMaker,
        facecam: FacecamFacts,
        sound: Path,
        lettering: Lettering,
        draft: Path,
    ) -> None:
        """Joins, measures, and moves the files to their place when they keep every promise."""
        spec = self._spec
        video = draft / ("draft.mp4" if spec.draft else "video.mp4")
        self._step("joining")
        with self._timed("joining"):
            await in_thread(self._join, maker, sound, video)
        if spec.draft:
            self._keep(draft, video.name)
            return
        self._step("verifying")
        with self._timed("verifying"), self._timed("pictures"):
            # Measuring reads the file while the pictures are drawn: both wait for a decoder.
            pictures = asyncio.create_task(in_thread(self._pictures, video, draft, lettering))
            try:
                await asyncio.to_thread(self._verify, video, maker, facecam)
            finally:
                await asyncio.gather(pictures, return_exceptions=True)
            await pictures
        self._keep(draft, *VIDEO_FILES)

    def _join(self, maker: SegmentMaker, sound: Path, video: Path) -> None:
        segments, fps = self._segments, maker.settings.fps
        splice([segment.path for segment in segments], sound, video, fps=fps)
        if light := maker.light_settings:
            files = [segment.light for segment in segments if segment.light]
            end_s = Fraction(self._spec.total_frames, fps)
            splice(files, sound, video.with_name("light.mp4"), fps=light.fps, end_s=end_s)

    def _pictures(self, video: Path, draft: Path, lettering: Lettering) -> None:
        write_poster(video, draft / "poster.jpg")
        write_card(draft / "poster.jpg", lettering.card_words, draft / "card.jpg")
        write_previews(
            video,
            draft / "preview.gif",
            draft / "preview.webp",
            name=self._spec.lead.name,
            nameplate=lettering.nameplate,
        )

    def _verify(self, video: Path, maker: SegmentMaker, facecam: FacecamFacts) -> None:
        spec, settings = self._spec, maker.settings
        facts = [segment.facts for segment in self._segments]
        self._measured = measure(video, segments=facts, facecam=spec.facecam, facts=facecam)
        broken = broken_promises(
            self._measured,
            frames=spec.total_frames,
            fps=settings.fps,
            width=settings.width,
            height=settings.height,
            crf=settings.crf,
            first_second_luma=facts[0].first_second_luma,
            sound=facecam.audio,
        )
        light = video.with_name("light.mp4")
        self._light = measure_light(light, video, segments=facts)
        broken += broken_light_promises(
            self._light,
            video=settings,
            frames=spec.total_frames,
            first_second_luma=facts[0].light.first_second_luma if facts[0].light else 0.0,
        )
        if broken:
            raise PromiseBroken(broken)

    def _keep(self, draft: Path, *names: str) -> None:
        """Moves finished files to the lead's folder, each in one step."""
        with disk_errors(self._spec.out):
            for name in names:
                # The store may be on another disk, from where a file can only be copied.
                part = self._spec.out / f".{name}"
                try:
                    shutil.move(draft / name, part)
                    self._paths[name] = part.rename(self._spec.out / name)
                finally:
                    part.unlink(missing_ok=True)

    # ── telling ──

    def _teller(self, scene: str) -> Callable[[str, int, int], None]:
        def told(step: str, done: int, total: int) -> None:
            self._on_event(
                {"event": "scene", "scene": scene, "step": step, "done": done, "total": total}
            )

        return told

    def _step(self, step: str) -> None:
        self._on_event({"event": "step", "step": step, "done": 0, "total": 1})

    @contextlib.contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self._wall_s[name] = round(time.monotonic() - started, 3)

    def report(self, state: str, error: PipelineError | None = None) -> RenderReport:
        own_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return RenderReport(
            lead=self._spec.lead,
            state="completed" if state == "completed" else "failed",
            error=error.to_json() if error else None,
            scenes=tuple(segment.report for segment in self._segments),
            measurements=self._measured,
            light=self._light,
            paths={name: str(path) for name, path in self._paths.items()},
            sizes_bytes={name: path.stat().st_size for name, path in self._paths.items()},
            wall_s=self._wall_s,
            cache_hits=tuple(sorted(self._store.hits)),
            peak_memory_mb=round(max(self._memory.peak_bytes, own_peak) / 1e6, 1),
            browser=self._browser,
        )

    def write_report(self, report: RenderReport) -> None:
        """A full disk must not hide the failure that it reports."""
        with contextlib.suppress(OSError):
            part = self._spec.out / ".report.json"
            part.write_text(report.model_dump_json(indent=2), encoding="utf-8")
            part.rename(self._spec.out / "report.json")


async def _awaited(job: Awaitable[Segment]) -> Segment:
    return await job


def _first(errors: BaseExceptionGroup[PipelineError]) -> PipelineError:
    """One of several failures: a permanent one tells the user more than its companions."""
    flat: list[PipelineError] = []
    for error in errors.exceptions:
        flat.extend([_first(error)] if isinstance(error, BaseExceptionGroup) else [error])
    return next((error for error in flat if error.permanent), flat[0])
