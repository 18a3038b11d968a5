"""The steps of one attempt as its page shows them: when each began, how long it took, what was so.

A step is {"step", "scene", "began_s", "took_s", "facts"}: seconds after the attempt's beginning,
the scene's id or null, and facts such as {"way": "tiles", "cached": true, "tries": 2}.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

Step = dict[str, Any]

_OF_SCENE = frozenset({"opening", "recording", "composing", "cached", "retrying", "fallback"})


class Timeline:
    """Takes what happens in its order. Steps of different scenes overlap."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._began = clock, clock()
        self._steps: dict[tuple[str, str | None], Step] = {}
        self._open: str | None = None
        self._open_of_scene: dict[str, str] = {}

    def take(self, event: Mapping[str, Any]) -> None:
        """An event of the engine; one that is not known changes nothing."""
        match event:
            case {"event": "scene", "scene": scene, "step": step} if step in _OF_SCENE:
                self._seen_of_scene(str(step), str(scene))
            case {"event": "step", "step": step}:
                self.begin(str(step))

    def begin(self, step: str) -> None:
        """A step of the whole video begins, which ends the one before it."""
        self.end()
        self._seen(step, None)
        self._open = step

    def end(self) -> None:
        """The step of the whole video that goes on, if one does, ends now."""
        if self._open is not None:
            self._seen(self._open, None)
            self._open = None

    def steps(self, report: Mapping[str, Any] | None = None) -> list[Step]:
        """All of them by their beginnings, with what the engine's report says of the scenes."""
        self.end()
        report = report or {}
        of_scene = {each["id"]: each for each in report.get("scenes", [])}
        sound_s = report.get("wall_s", {}).get("sound")
        if sound_s is not None and ("sound", None) in self._steps:
            # It is made beside the scenes, so the next step of the whole video begins much later.
            self._steps["sound", None]["took_s"] = round(sound_s, 2)
        steps = sorted(self._steps.values(), key=lambda each: float(each["began_s"]))
        told: set[str] = set()
        for step in steps:
            scene = step["scene"]
            if scene in of_scene and scene not in told and step["step"] in {"recording", "cached"}:
                told.add(scene)
                step["facts"] = {**step["facts"], **_facts(of_scene[scene])}
        return steps

    def _seen_of_scene(self, step: str, scene: str) -> None:
        """A scene's next step ends the one before it: an engine tells of some only once."""
        before = self._open_of_scene.get(scene)
        if before is not None and before != step:
            self._seen(before, scene, again=False)
        self._open_of_scene[scene] = step
        self._seen(step, scene)

    def _seen(self, step: str, scene: str | None, *, again: bool = True) -> None:
        at = round(self._clock() - self._began, 2)
        known = self._steps.setdefault(
            (step, scene),
            {"step": step, "scene": scene, "began_s": at, "took_s": 0.0, "facts": {}},
        )
        known["took_s"] = round(at - known["began_s"], 2)
        if step == "retrying" and again:
            known["facts"]["times"] = known["facts"].get("times", 0) + 1


def _facts(scene: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "way": scene.get("way"),
        "reason": scene.get("reason"),
        "recording_cached": scene.get("recording_cached"),
        "segment_cached": scene.get("segment_cached"),
        "fallback": scene.get("used_fallback"),
        "failed_tries": [each.get("message") for each in scene.get("attempts", [])],
        "notices": list(scene.get("notices", [])),
    }
    return {name: value for name, value in facts.items() if value not in (None, False, [], "")}
