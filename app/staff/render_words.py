"""The words of the staff page for figures and states; it reads nothing."""

from app.jobs.operator_figures import Figures, WorkerFigures
from app.jobs.operator_renders import FoundRender
from app.phrases import plural
from app.renders.state_words import GROUPS, group_of, step_words

# What the filter offers: (value, label).
STATES = (
    ("under-way", "Under way"),
    ("queued", "Waiting"),
    ("for-plan", "Waiting for plan"),
    ("running", "In the making"),
    ("completed", "Ready"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
)
# A worker that was replaced since is in the list for a day, but alarms nobody any more.
ALARMED_FOR_S = 900.0
_SPANS = ((86_400, "day", "days"), (3600, "hour", "hours"), (60, "minute", "minutes"))


def span(seconds: float) -> str:
    """A length of time in its largest unit: `8 seconds`, `4 minutes`, `3 hours`, `2 days`."""
    for length_s, one, many in _SPANS:
        if seconds >= length_s:
            return plural(int(seconds // length_s), one, many)
    return plural(int(seconds), "second", "seconds")


def worker_badge(worker: WorkerFigures) -> tuple[str, str]:
    """Kind and text."""
    if not worker.is_alive:
        return "bad", f"Not seen for {span(worker.seen_ago_s)}"
    return ("warn", "Stopping") if worker.is_stopping else ("good", "Alive")


def state_badge(render: FoundRender) -> tuple[str, str, str]:
    """Kind, text and icon."""
    _, label, kind, symbol = GROUPS[group_of(render.state, waits_for_plan=render.waits_for_plan)]
    if render.cancel_requested:
        return "warn", "Ending", "circle-stop"
    if render.is_under_way and render.state != "queued":
        label = step_words(render.state, {})
    return kind, label, symbol


def alarm(figures: Figures) -> str:
    """What an operator has to look at first; empty when videos are being made."""
    if not figures.alive:
        return (
            "No worker is alive, so no video is made. Start `loomlite worker`, "
            "or look at the log of the one that ended."
        )
    dead = sum(not each.is_alive and each.seen_ago_s < ALARMED_FOR_S for each in figures.workers)
    if dead:
        return (
            f"{plural(dead, 'worker has', 'workers have')} died. {'Its' if dead == 1 else 'Their'} "
            "videos are taken over by the others within a minute."
        )
    return ""
