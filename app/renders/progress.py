"""How far a render is, told by the engine's events; it knows no queue and no page.

What pages hear is the event `progress` with JSON {"render", "campaign", "state", "step", "scene",
"scenes", "share", "left_s"}: share from 0 to 1, scene counted from 1, left_s in seconds or null.
The same without ids and state is kept in render_jobs.progress.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from app.pipeline.spec import RenderSpec
from app.renders.leases import Claim
from app.renders.states import STATES, STEP_ON, RenderState

# How far a scene is when a step begins and when it ends. Composing is most of the work; frames of
# a moving page are composed while they are recorded, so the farther of the two counts.
_SCENE_STEPS: Mapping[str, tuple[float, float]] = {
    "opening": (0.0, 0.1),
    "recording": (0.1, 0.4),
    "composing": (0.3, 1.0),
    "cached": (1.0, 1.0),
}
_SCENES_END, _JOINING, _PICTURES, _UPLOADING = 0.88, 0.89, 0.9, 0.95
# Before so much is done, how long it took says nothing of how long it will take.
_TELLING_SHARE = 0.08

# One round trip: the fence, the state, the news. It gives nothing where the claim is lost. The
# connection is one that sees every workspace, so each statement names the render.
WRITE_PROGRESS = f"""
    with mine as (
      update render_jobs set progress = %(progress)s
      where render_id = %(render_id)s and attempts = %(attempt)s and lease_until is not null
      returning cancel_requested
    ), stepped as (
      {STEP_ON} and exists (select from mine)
    )
    select cancel_requested, pg_notify('loomlite_news', %(news)s) from mine
"""  # noqa: S608 - constants of ours

Progress = dict[str, Any]


class RenderProgress:
    """Takes the events of one attempt. `step_number` grows whenever a page should hear at once."""

    def __init__(self, spec: RenderSpec, clock: Callable[[], float] = time.monotonic) -> None:
        self.state: RenderState = "preparing"
        self.share = 0.0
        self.step_number = 0
        self._clock, self._began = clock, clock()
        self._numbers = {scene.id: number for number, scene in enumerate(spec.scenes, start=1)}
        self._weights = {scene.id: scene.frames / spec.total_frames for scene in spec.scenes}
        self._done = dict.fromkeys(self._weights, 0.0)
        self._scene: int | None = None
        self._was: tuple[RenderState, int | None] = ("preparing", None)

    def take(self, event: Mapping[str, Any]) -> None:
        """An event of the engine; one that is not known changes nothing."""
        match event:
            case {"event": "scene", "scene": scene, "step": step, "done": done, "total": total}:
                self._take_scene(str(scene), str(step), float(done), float(total))
            case {"event": "step", "step": "joining"}:
                self._move("composing", _JOINING)
            case {"event": "step", "step": "verifying" | "pictures"}:
                self._move("creating_thumbnail", _PICTURES)

    def take_upload(self, share: float) -> None:
        """So much of the files is stored, from 0 to 1."""
        self._move("uploading", _UPLOADING + (1 - _UPLOADING) * share)

    def as_json(self) -> Progress:
        return {
            "step": self.state,
            "scene": self._scene if self.state in {"recording", "composing"} else None,
            "scenes": len(self._numbers),
            "share": round(self.share, 3),
            "left_s": self._left_s(),
        }

    def _take_scene(self, scene: str, step: str, done: float, total: float) -> None:
        if scene not in self._done:
            return
        begin, end = _SCENE_STEPS.get(step, (0.0, 0.0))
        now = begin + (end - begin) * done / max(1.0, total)
        self._done[scene] = max(self._done[scene], now)
        whole = sum(self._weights[each] * part for each, part in self._done.items())
        at_work = [each for each, part in self._done.items() if part < 1]
        # Scenes are made beside one another: the first that is not done is the one to name.
        self._scene = self._numbers[at_work[0]] if at_work else len(self._numbers)
        state: RenderState = self.state
        if step in {"opening", "recording", "retrying", "fallback"}:
            state = "recording"
        elif step in {"composing", "cached"} and all(d >= 0.3 for d in self._done.values()):
            state = "composing"
        self._move(state, _SCENES_END * whole)

    def _move(self, state: RenderState, share: float) -> None:
        if STATES.index(state) > STATES.index(self.state):
            self.state = state
        self.share = max(self.share, min(1.0, share))
        if (self.state, self._scene) != self._was:
            self._was = (self.state, self._scene)
            self.step_number += 1

    def _left_s(self) -> float | None:
        if self.share < _TELLING_SHARE:
            return None
        took_s = self._clock() - self._began
        return round(took_s * (1 - self.share) / self.share, 1)


def news_of(claim: Claim, state: RenderState, progress: Progress) -> Progress:
    """What pages hear."""
    ids = {"render": str(claim.render_id), "campaign": str(claim.campaign_id)}
    return {**ids, "state": state, **progress}
