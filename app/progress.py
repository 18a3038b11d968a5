"""How a batch goes, on a terminal as bars and elsewhere as plain lines; it decides nothing."""

import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from app.pipeline.spec import RenderSpec
from app.summary import LeadOutcome

# How far a scene is when a step begins and when it ends. Composing is most of the work; frames of
# a moving page are composed while they are recorded, so the farther of the two counts.
_SCENE_STEPS = {
    "opening": (0.0, 0.1),
    "recording": (0.1, 0.4),
    "composing": (0.3, 1.0),
    "cached": (1.0, 1.0),
}
_FINISHING = ("joining", "poster", "preview", "verifying")
_SCENES_SHARE = 0.9


class LeadProgress:
    """How much of one lead is done, from 0 to 1 and never backwards, and what is being done."""

    def __init__(self, spec: RenderSpec) -> None:
        self.doing = "starting"
        self.done = 0.0
        self._numbers = {scene.id: number for number, scene in enumerate(spec.scenes, start=1)}
        self._shares = {scene.id: scene.frames / spec.total_frames for scene in spec.scenes}
        self._scenes = dict.fromkeys(self._shares, 0.0)
        self._finished_steps = 0.0

    def take(self, event: dict[str, Any]) -> None:
        match event:
            case {"event": "scene", "scene": scene, "step": step, "done": done, "total": total}:
                number = f"{self._numbers[scene]}/{len(self._numbers)}"
                self.doing = f"scene {number} {scene} · {step}"
                begin, end = _SCENE_STEPS.get(step, (0.0, 0.0))
                now = begin + (end - begin) * done / max(1, total)
                self._scenes[scene] = max(self._scenes[scene], now)
            case {"event": "step", "step": step}:
                self.doing = str(step)
                if step in _FINISHING:
                    self._finished_steps = _FINISHING.index(step) / len(_FINISHING)
        scenes = sum(self._shares[scene] * done for scene, done in self._scenes.items())
        whole = _SCENES_SHARE * scenes + (1 - _SCENES_SHARE) * self._finished_steps
        self.done = max(self.done, whole)


class BatchProgress(Protocol):
    """What `show_progress` gives: a batch's Watcher that is a context as well."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def lead_started(self, spec: RenderSpec) -> None: ...
    def lead_moved(self, spec: RenderSpec, event: dict[str, Any]) -> None: ...
    def lead_ended(self, outcome: LeadOutcome) -> None: ...


def show_progress(console: Console, leads: int) -> BatchProgress:
    """Bars where somebody looks on, lines where the output goes to a file or a log."""
    return _Bars(console, leads) if console.is_terminal else _PlainLines(console, leads)


def outcome_sentence(outcome: LeadOutcome) -> str:
    said = f"row {outcome.row} {outcome.name}: {outcome.state}"
    if outcome.wall_s:
        said += f" in {outcome.wall_s:.1f} s"
    return f"{said}: {outcome.error['message']}" if outcome.error else said


class _TimeLeft(ProgressColumn):
    """The time the leads so far took, spread over what is left; rich's own looks at the last 30 s
    only, in which often nothing ends."""

    def render(self, task: Task) -> Text:
        left_s = task.fields.get("left_s")
        if left_s is None or task.finished:
            return Text("")
        minutes, seconds = divmod(int(left_s), 60)
        hours, minutes = divmod(minutes, 60)
        clock = f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
        return Text(f"{clock} left", style="progress.remaining")


class _Bars(AbstractContextManager["_Bars"]):
    def __init__(self, console: Console, leads: int) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f} %"),
            _TimeLeft(),
            TextColumn("{task.fields[doing]}", style="dim", markup=False),
            console=console,
            transient=True,
        )
        self._all = self._progress.add_task("All leads", total=leads, doing=f"0 of {leads}")
        self._leads = leads
        self._ended = 0
        self._made = 0.0  # leads of this run's own work, in whole and in parts
        self._running: dict[int, tuple[TaskID, LeadProgress]] = {}
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def lead_started(self, spec: RenderSpec) -> None:
        title = f"Row {spec.lead.row} {spec.lead.name}"[:32]
        task = self._progress.add_task(title, total=1.0, doing="starting")
        self._running[spec.lead.row] = (task, LeadProgress(spec))

    def lead_moved(self, spec: RenderSpec, event: dict[str, Any]) -> None:
        task, lead = self._running[spec.lead.row]
        lead.take(event)
        self._progress.update(task, completed=lead.done, doing=lead.doing)
        self._update()

    def lead_ended(self, outcome: LeadOutcome) -> None:
        self._ended += 1
        running = self._running.pop(outcome.row, None)
        if running is not None:
            self._made += 1
            self._progress.remove_task(running[0])
        if outcome.state in ("failed", "skipped"):
            self._progress.console.print(outcome_sentence(outcome), style="red", markup=False)
        self._update()

    def _update(self) -> None:
        parts = sum(lead.done for _, lead in self._running.values())
        done, made = self._ended + parts, self._made + parts
        left_s = None
        if made > 0.05:  # before that the estimate is a guess
            left_s = (time.monotonic() - self._started) / made * (self._leads - done)
        self._progress.update(
            self._all, completed=done, left_s=left_s, doing=f"{self._ended} of {self._leads}"
        )


class _PlainLines(AbstractContextManager["_PlainLines"]):
    def __init__(self, console: Console, leads: int) -> None:
        self._console, self._leads, self._ended = console, leads, 0

    def __exit__(self, *_: object) -> None:
        pass

    def lead_started(self, spec: RenderSpec) -> None:
        self._say(f"row {spec.lead.row} {spec.lead.name}: started")

    def lead_moved(self, spec: RenderSpec, event: dict[str, Any]) -> None:
        match event:
            case {"event": "scene", "step": "retrying" | "fallback" as step, "scene": scene}:
                self._say(f"row {spec.lead.row} {spec.lead.name}: {scene}: {step}")

    def lead_ended(self, outcome: LeadOutcome) -> None:
        self._ended += 1
        self._say(outcome_sentence(outcome))

    def _say(self, text: str) -> None:
        line = f"[{self._ended}/{self._leads}] {text}"
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)
