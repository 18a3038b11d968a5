"""When each scene of a video begins and ends, from what the engine reported or what was frozen.

It knows neither a table nor a picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SceneTime:
    """A scene's place in its video, in seconds."""

    name: str
    from_s: float
    to_s: float


def scene_times(report: Mapping[str, Any], frozen: Mapping[str, Any]) -> list[SceneTime]:
    """The scenes in their order; [] where nothing is known.

    `report`: RenderReport as JSON; its frames are exact. `frozen`: RenderBatch.campaign, whose
    lengths stand in where a report has none.
    """
    found, at = [], 0.0
    for name, length_s in _reported(report) or _frozen(frozen.get("spec", {})):
        found.append(SceneTime(name, round(at, 3), round(at + length_s, 3)))
        at += length_s
    return found


def _reported(report: Mapping[str, Any]) -> Sequence[tuple[str, float]]:
    fps = (report.get("measurements") or {}).get("fps")
    scenes = report.get("scenes") or ()
    if not fps or not all("frames" in each for each in scenes):
        return []
    return [(str(each["id"]), each["frames"] / fps) for each in scenes]


def _frozen(spec: Mapping[str, Any]) -> Sequence[tuple[str, float]]:
    return [(str(each["id"]), float(each["duration_s"])) for each in spec.get("scenes", ())]
