"""Makes one scene's segment: from the store, or composed from its recording as that grows."""

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from app.pipeline.artifacts import ArtifactStore, digest
from app.pipeline.compose.encoder import EncoderSettings
from app.pipeline.compose.face_clip import face_clip_facts, write_face_clip
from app.pipeline.compose.facecam import FacecamFacts
from app.pipeline.compose.facecam_frames import FacecamFrames
from app.pipeline.compose.light import light_settings
from app.pipeline.compose.overlay import Bubble, BubbleBox, place_bubble
from app.pipeline.compose.pictures import open_pictures
from app.pipeline.compose.segment import SegmentFacts, write_segment
from app.pipeline.errors import Cancelled
from app.pipeline.recording import Recording
from app.pipeline.recordings import Recorder, Take, Told
from app.pipeline.spec import RenderSpec, SceneReport, SceneSpec
from app.pipeline.threads import in_thread

COMPOSE_VERSION = (
    2  # part of a segment's key: raise it when the same inputs would give other pictures
)
DRAFT_WIDTH, DRAFT_PRESET, DRAFT_CRF = 640, "ultrafast", 26
DRAFT_STEP = {60: 3, 30: 2}  # by the output's fps: every third or second frame is made


@dataclass(frozen=True)
class Segment:
    """A made scene. `light` is None in a draft, and where no frame of it falls to the copy."""

    path: Path
    light: Path | None
    facts: SegmentFacts
    report: SceneReport


def encoder_settings(spec: RenderSpec) -> EncoderSettings:
    """The output's own, or a draft's: a third of the size and frames, the quickest preset."""
    output = spec.output
    if not spec.draft:
        return EncoderSettings(output.width, output.height, output.fps, output.preset, output.crf)
    height = round(DRAFT_WIDTH * output.height / output.width / 2) * 2
    fps = output.fps // DRAFT_STEP[output.fps]
    return EncoderSettings(DRAFT_WIDTH, height, fps, DRAFT_PRESET, DRAFT_CRF)


class SegmentMaker:
    """Makes the segments of one render."""

    def __init__(
        self, spec: RenderSpec, facecam: FacecamFacts, recorder: Recorder, store: ArtifactStore
    ) -> None:
        self.settings = encoder_settings(spec)
        self.light_settings = None if spec.draft else light_settings(self.settings)
        self._spec, self._facecam, self._recorder, self._store = spec, facecam, recorder, store
        self._encoding = asyncio.Semaphore(2)

    def slot(self, scene: SceneSpec, start_frame: int) -> str:
        """The key of all that a segment depends on but the recording itself."""
        spec, settings, light = self._spec, self.settings, self.light_settings
        return digest(
            "segment",
            COMPOSE_VERSION,
            (scene.url, scene.fallback_url, scene.frames, scene.scroll.model_dump(mode="json")),
            (spec.output.width, spec.output.height, spec.output.fps),
            (self._facecam.digest, start_frame, spec.style.model_dump(mode="json")),
            (settings.width, settings.height, settings.fps, settings.x264_options()),
            light and (light.width, light.height, light.fps, light.x264_options()),
        )

    async def make(self, scene: SceneSpec, start_frame: int, told: Told) -> Segment:
        """The scene as a segment, with the facecam from `start_frame` on (at the output's fps).

        Raises the scene's PageError, DiskFull, FacecamError.
        """
        slot, store = self.slot(scene, start_frame), self._store
        async with store.lock("segments", slot):
            with store.draft() as draft:
                composer = _Composer(self, start_frame, draft / "segment", told)
                async with (
                    composer,
                    self._recorder.take(scene, told, composer.start) as take,
                ):
                    key = digest(slot, take.identity)
                    found = store.find("segments", key)
                    if found is not None:
                        store.hits.append(f"segment:{scene.id}")
                        told("cached", 1, 1)
                        return _segment(found, scene, take, cached=True)
                    composer.start(take.recording)
                    facts = await composer.finish()
                made = draft / "segment"
                (made / "facts.json").write_text(json.dumps(facts.to_json()), encoding="utf-8")
                place = store.publish(made, "segments", key)
                return _segment(place, scene, take, cached=False)

    async def compose(
        self,
        recording: Recording,
        start_frame: int,
        dst: Path,
        *,
        on_frame: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> SegmentFacts:
        """Encodes the recording with its slice of the facecam over it, in a thread."""
        face_clip = await self._face_clip()
        # Two at once keep every core busy while one of them starts, ends or is measured; more would
        # only hold memory. A stepped scene waits for its frames and must not keep others waiting.
        async with self._encoding if recording.tiles else contextlib.nullcontext():
            return await in_thread(
                self._compose,
                recording,
                face_clip,
                start_frame,
                dst,
                on_frame=on_frame,
                cancelled=cancelled,
            )

    async def _face_clip(self) -> Path:
        """The facecam cut to the bubble at the output's size; a draft scales that."""
        box, facecam, fps = self._box(draft=False), self._facecam, self._spec.output.fps
        key = digest("face", COMPOSE_VERSION, facecam.digest, (box.width, box.height), fps)
        async with self._store.lock("faces", key):
            found = self._store.find("faces", key)
            if found is not None:
                return found
            with self._store.draft() as draft:
                made = draft / "face.mkv"
                await in_thread(
                    write_face_clip,
                    self._spec.facecam,
                    facecam,
                    made,
                    width=box.width,
                    height=box.height,
                    fps=fps,
                )
                return self._store.publish(made, "faces", key)

    def _box(self, *, draft: bool) -> BubbleBox:
        output, settings, facecam = self._spec.output, self.settings, self._facecam
        canvas = (settings.width, settings.height) if draft else (output.width, output.height)
        clip = (facecam.width, facecam.height)
        return place_bubble(self._spec.style, clip, canvas, scale=canvas[0] / output.width)

    def _compose(
        self,
        recording: Recording,
        face_clip: Path,
        start_frame: int,
        dst: Path,
        *,
        on_frame: Callable[[int, int], None],
        cancelled: Callable[[], bool],
    ) -> SegmentFacts:
        settings, output = self.settings, self._spec.output
        whole, box = self._box(draft=False), self._box(draft=self._spec.draft)
        cut = face_clip_facts(self._facecam, width=whole.width, height=whole.height, fps=output.fps)
        with FacecamFrames(
            face_clip,
            cut,
            width=box.width,
            height=box.height,
            fps=settings.fps,
            start_frame=start_frame // (output.fps // settings.fps),
            end_pad_mode=self._spec.style.end_pad_mode,
        ) as face:
            return write_segment(
                open_pictures(recording),
                recording.facts.plan,
                dst,
                settings=settings,
                face=face,
                bubble=Bubble(box, (settings.width, settings.height)),
                light=dst.with_name("light.mp4") if self.light_settings else None,
                start_frame=start_frame,
                on_frame=on_frame,
                cancelled=cancelled,
            )


def _segment(folder: Path, scene: SceneSpec, take: Take, *, cached: bool) -> Segment:
    facts = SegmentFacts.from_json(json.loads((folder / "facts.json").read_text(encoding="utf-8")))
    recorded = take.recording.facts
    report = SceneReport(
        id=scene.id,
        url=recorded.final_url,
        way=recorded.way,
        reason=recorded.reason,
        used_fallback=take.used_fallback,
        attempts=take.attempts,
        notices=recorded.notices,
        frames=recorded.frames,
        recording_cached=take.cached,
        segment_cached=cached,
        repeated_frames_while_moving=facts.repeated_frames_while_moving,
        psnr_db=facts.psnr_db,
        wall_s={name: round(s, 3) for name, s in take.wall_s.items()}
        | ({} if cached else {"compose": round(facts.encode_wall_s, 3)}),
    )
    light = folder / "light.mp4" if facts.light else None
    return Segment(folder / "segment.mp4", light, facts, report)


class _Composer:
    """Composes beside the capture. A failed capture ends it; leaving the context waits for that."""

    def __init__(self, maker: SegmentMaker, start_frame: int, folder: Path, told: Told) -> None:
        self._maker, self._start_frame, self._folder, self._told = maker, start_frame, folder, told
        self._loop = asyncio.get_running_loop()
        self._stop = threading.Event()
        self._recordings: list[Recording] = []  # the last one counts, those before it have failed
        self._task: asyncio.Task[SegmentFacts] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop.set()
        stores = [recording.frames for recording in self._recordings if recording.frames]
        for store in stores:
            store.fail(Cancelled())
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        for store in stores:
            store.close()

    def start(self, recording: Recording) -> None:
        """Begins, unless these very frames are already being composed as they come in."""
        frames = recording.frames
        if frames is not None and self._recordings and self._recordings[-1].frames is frames:
            return
        self._recordings.append(recording)
        self._task = asyncio.create_task(self._run(recording, self._task))

    async def finish(self) -> SegmentFacts:
        assert self._task is not None  # noqa: S101  (start comes first)
        return await asyncio.shield(self._task)

    async def _run(
        self, recording: Recording, before: asyncio.Task[SegmentFacts] | None
    ) -> SegmentFacts:
        if before is not None:  # the capture that it followed has failed, so it ends by itself
            await asyncio.gather(before, return_exceptions=True)
        self._folder.mkdir(exist_ok=True)
        return await self._maker.compose(
            recording,
            self._start_frame,
            self._folder / "segment.mp4",
            on_frame=self._count,
            cancelled=self._stop.is_set,
        )

    def _count(self, done: int, total: int) -> None:
        if done % 15 == 0 or done == total:
            self._loop.call_soon_threadsafe(self._told, "composing", done, total)
