"""A campaign's scenes in words, as they were typed, right or wrong; it checks and renders none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PACES = {
    "calm": "a calm pace",
    "brisk": "a brisk pace",
    "thorough": "a thorough pace",
    "skimmer": "a skimming pace",
}


@dataclass(frozen=True)
class SceneFacts:
    """One scene. `page` is an address, or the name of the column that holds each lead's own.

    `duration_s` is None where it is not known yet.
    """

    id: str
    page: str
    is_personal: bool
    duration_s: float | None
    scroll: str
    fallback_url: str

    @property
    def length(self) -> str:
        """“9.5 s”: scenes are set to the half second, which a clock would not show."""
        return "–" if self.duration_s is None else f"{self.duration_s:g} s"


def scene_facts(scenes: Sequence[Any]) -> list[SceneFacts]:
    """The scenes in their order; what is missing in a draft is said as empty text."""
    return [_facts(scene) for scene in scenes if isinstance(scene, Mapping)]


def _facts(scene: Mapping[str, Any]) -> SceneFacts:
    column, duration = scene.get("csv_column"), scene.get("duration_s", 15)
    is_number = isinstance(duration, int | float) and not isinstance(duration, bool)
    return SceneFacts(
        id=str(scene.get("id") or ""),
        page=str(column or scene.get("url") or ""),
        is_personal=bool(column),
        duration_s=float(duration) if is_number else None,
        scroll=_scroll(scene.get("scroll")),
        fallback_url=str(scene.get("fallback_url") or ""),
    )


def _scroll(scroll: Any) -> str:
    """How the page is read: “To the end, at a calm pace”."""
    values = scroll if isinstance(scroll, Mapping) else {}
    depth = str(values.get("depth") or "end")
    if depth == "none":
        return "Does not scroll"
    where = {"end": "To the end", "middle": "To the middle"}.get(depth, f"To “{depth}”")
    return f"{where}, at {PACES.get(str(values.get('persona') or 'calm'), 'its own pace')}"
