"""The states of a render in the words of pages: groups, badges, steps; it moves none of them."""

from collections.abc import Mapping
from typing import Any

ENDED = ("completed", "failed", "cancelled")
RUNNING = ("preparing", "recording", "composing", "creating_thumbnail", "uploading")
# What pages count, filter and colour by: {group: (states, label, kind of badge, icon)}.
GROUPS: Mapping[str, tuple[tuple[str, ...], str, str, str]] = {
    "done": (("completed",), "Ready", "good", ""),
    "running": (RUNNING, "In the making", "info", "loader-circle"),
    "waiting": (("queued",), "Waiting", "neutral", "clock"),
    # Of those that wait the ones that their plan has no room for; see `group_of`.
    "plan": ((), "Waiting for plan", "warn", "hourglass"),
    "failed": (("failed",), "Failed", "bad", ""),
    "cancelled": (("cancelled",), "Cancelled", "neutral", "circle-stop"),
}
GROUP_OF: Mapping[str, str] = {
    state: group for group, (states, *_rest) in GROUPS.items() for state in states
}


def group_of(state: str, *, waits_for_plan: bool | None) -> str:
    """None: it is in no line any more."""
    return "plan" if waits_for_plan else GROUP_OF[state]


_STEPS: Mapping[str, str] = {
    "queued": "Waiting",
    "preparing": "Preparing",
    "recording": "Recording",
    "composing": "Putting it together",
    "creating_thumbnail": "Drawing the thumbnail",
    "uploading": "Storing the video",
}


def step_words(state: str, progress: Mapping[str, Any]) -> str:
    """“Recording scene 2 of 3”. js/progress.js says the same; see its `stepWords`."""
    step = str(progress.get("step") or state)
    words = _STEPS.get(step, _STEPS.get(state, "At work"))
    scene, scenes = progress.get("scene"), progress.get("scenes")
    if step in {"recording", "composing"} and isinstance(scene, int) and isinstance(scenes, int):
        return (
            f"{words}: scene {scene} of {scenes}"
            if step == "composing"
            else (f"{words} scene {scene} of {scenes}")
        )
    return words


def place_in_line(place: int) -> str:
    """“next in line”, “2nd in line”, “13th in line”."""
    if place <= 1:
        return "Next in line"
    tail = (
        "th" if place % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    )
    return f"{place:,}{tail} in line"


def time_left(seconds: float) -> str:
    """As js/elements.js says it: “a few seconds left”, “about 25 minutes left”."""
    if seconds < 5:
        return "a few seconds left"
    if seconds < 55:
        return f"about {-(-int(seconds) // 5) * 5} seconds left"
    if seconds < 90:
        return "about a minute left"
    if seconds < 3600:
        return f"about {round(seconds / 60)} minutes left"
    hours = max(1, round(seconds / 3600))
    return f"about {hours} hour{'' if hours == 1 else 's'} left"
