"""A finished motion plan: plain values, their JSON and their digest; knows not how it was made."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Literal, TypeAlias

PhaseKind: TypeAlias = Literal["pause", "stroke", "peek"]


@dataclass(frozen=True, slots=True)
class Phase:
    """Frames `first_frame` up to but not including `end_frame`, all moving or all at rest.

    y_from, y_to: offsets in px of the frame before the phase and of its last frame.
    kind: "stroke" goes down the page, "peek" goes up.
    heading: what is read during a pause, 0.9-1.8 s; None for any other rest.
    """

    kind: PhaseKind
    first_frame: int
    end_frame: int
    y_from: int
    y_to: int
    heading: str | None = None

    @property
    def frames(self) -> int:
        return self.end_frame - self.first_frame


@dataclass(frozen=True, slots=True)
class MotionPlan:
    """What one scene scrolls to, and where the cursor is, at each frame.

    scroll_px: whole offsets, one per frame; starts at 0, starts and ends at rest.
    cursor_px: (x, y) in the viewport, one per frame.
    phases: without gaps from frame 0 to `frames`; moving(i) is true in strokes and peeks only.
    wanted_px: the depth asked for, on the page; more than reached_px if time was too short for it.
    """

    frames: int
    fps: int
    persona: str
    seed: int
    scroll_px: tuple[int, ...]
    cursor_px: tuple[tuple[int, int], ...]
    phases: tuple[Phase, ...]
    wanted_px: int

    @property
    def reached_px(self) -> int:
        """The offset the scene ends at."""
        return self.scroll_px[-1]

    def moving(self, i: int) -> bool:
        """Whether the offset at frame i differs from that of the frame before; false at frame 0."""
        return i > 0 and self.scroll_px[i] != self.scroll_px[i - 1]

    def digest(self) -> str:
        """SHA-256 (hex) of the canonical JSON: equal for equal plans on every machine."""
        text = json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives an equal plan back."""
        return {
            "frames": self.frames,
            "fps": self.fps,
            "persona": self.persona,
            "seed": self.seed,
            "scroll_px": list(self.scroll_px),
            "cursor_px": [list(place) for place in self.cursor_px],
            "phases": [asdict(phase) for phase in self.phases],
            "wanted_px": self.wanted_px,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> MotionPlan:
        """Raises KeyError or TypeError when a field is missing or unknown."""
        return cls(
            **{
                **value,
                "scroll_px": tuple(value["scroll_px"]),
                "cursor_px": tuple((x, y) for x, y in value["cursor_px"]),
                "phases": tuple(Phase(**phase) for phase in value["phases"]),
            }
        )
