"""The captured scene on disk, between capture (which writes it) and compose (which reads it).

A recording is a folder:
  recording.json   the facts below
  page-<n>.png     tiles: the page without its fixed parts, top to bottom, as wide as the viewport
  layer-<n>.png    tiles: pictures (with alpha) of fixed and sticky parts in one of their states
  frames.bin       stepped: the distinct pictures (JPEG) one after the other

It knows neither the browser nor a codec: pictures are bytes here.
"""

import dataclasses
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Literal

from app.hme.plan import MotionPlan
from app.pipeline.artifacts import disk_errors

RECORDING_VERSION = 1


@dataclasses.dataclass(frozen=True)
class Plate:
    """A piece of the page's background: document rows [top_px, top_px + height_px)."""

    file: str
    top_px: int
    height_px: int


@dataclasses.dataclass(frozen=True)
class Placement:
    """Layer picture `layer` (an index) with its upper left corner at viewport (x_px, y_px)."""

    layer: int
    x_px: int
    y_px: int


@dataclasses.dataclass(frozen=True)
class Tiles:
    """Frame i shows the plates from row `plan.scroll_px[i]`, then `placements[i]`, in order."""

    plates: tuple[Plate, ...]
    layers: tuple[str, ...]  # file names
    placements: tuple[tuple[Placement, ...], ...]  # one per frame


@dataclasses.dataclass(frozen=True)
class Facts:
    """What holds for either way. `scroll_px` of the plan is what was really shown."""

    way: Literal["tiles", "stepped"]
    reason: str
    asked_url: str
    final_url: str
    title: str
    width: int
    height: int
    fps: int
    plan: MotionPlan
    notices: tuple[str, ...] = ()
    wall_s: dict[str, float] = dataclasses.field(default_factory=dict)

    @property
    def frames(self) -> int:
        return self.plan.frames


class FrameStore:
    """The pictures of a stepped recording, appended by capture while a composer already reads.

    `get` waits for a frame that is still to come; `fail` wakes every waiting reader with the error.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._extents: list[tuple[int, int]] = []
        self._frame_picture: list[int] = []
        self._end = 0
        self._error: BaseException | None = None
        self._changed = threading.Condition()

    def append(self, picture: bytes | None) -> None:
        """The next frame: a new picture, or None to repeat the one before."""
        with self._changed:
            if picture is not None:
                with disk_errors(Path(str(self._file.name))):
                    self._file.seek(self._end)
                    self._file.write(picture)
                    self._file.flush()
                self._extents.append((self._end, len(picture)))
                self._end += len(picture)
            self._frame_picture.append(len(self._extents) - 1)
            self._changed.notify_all()

    def fail(self, error: BaseException) -> None:
        with self._changed:
            self._error = error
            self._changed.notify_all()

    def picture_index(self, frame: int) -> int:
        with self._changed:
            while frame >= len(self._frame_picture):
                if self._error is not None:
                    raise self._error
                self._changed.wait()
            return self._frame_picture[frame]

    def picture(self, index: int) -> bytes:
        with self._changed:
            start, length = self._extents[index]
            self._file.seek(start)
            return self._file.read(length)

    def close(self) -> None:
        self._file.close()

    def to_json(self) -> dict[str, object]:
        return {"extents": self._extents, "frame_picture": self._frame_picture}

    @classmethod
    def from_json(cls, file: IO[bytes], data: dict[str, Sequence[Sequence[int]]]) -> "FrameStore":
        store = cls(file)
        store._extents = [(start, length) for start, length in data["extents"]]
        store._frame_picture = list(data["frame_picture"])  # type: ignore[arg-type]
        return store


@dataclasses.dataclass(frozen=True)
class Recording:
    """One scene, ready to be composed. Exactly one of `tiles` and `frames` is there."""

    folder: Path
    facts: Facts
    tiles: Tiles | None = None
    frames: FrameStore | None = None

    def save(self) -> None:
        """Writes recording.json; the pictures are already beside it."""
        facts = dataclasses.asdict(self.facts) | {"plan": self.facts.plan.to_json()}
        data: dict[str, object] = {"version": RECORDING_VERSION, "facts": facts}
        if self.tiles is not None:
            data["tiles"] = dataclasses.asdict(self.tiles) | {
                "placements": _runs(self.tiles.placements)
            }
        if self.frames is not None:
            data["frames"] = self.frames.to_json()
        with disk_errors(self.folder):
            (self.folder / "recording.json").write_text(json.dumps(data), encoding="utf-8")


def load_recording(folder: Path) -> Recording:
    """Reads a finished recording. Its open file lives as long as the value."""
    data = json.loads((folder / "recording.json").read_text(encoding="utf-8"))
    facts = data["facts"]
    plan = MotionPlan.from_json(facts.pop("plan"))
    facts["notices"] = tuple(facts["notices"])
    tiles = frames = None
    if "tiles" in data:
        raw = data["tiles"]
        tiles = Tiles(
            plates=tuple(Plate(**plate) for plate in raw["plates"]),
            layers=tuple(raw["layers"]),
            placements=_unrolled(raw["placements"]),
        )
    if "frames" in data:
        frames = FrameStore.from_json((folder / "frames.bin").open("rb"), data["frames"])
    return Recording(folder, Facts(plan=plan, **facts), tiles, frames)


def _runs(placements: Sequence[tuple[Placement, ...]]) -> list[list[object]]:
    """[[count, [[layer, x, y], …]], …]: headers stay put for hundreds of frames."""
    runs: list[list[object]] = []
    previous: tuple[Placement, ...] | None = None
    for placed in placements:
        if placed == previous:
            runs[-1][0] += 1  # type: ignore[operator]
        else:
            runs.append([1, [[p.layer, p.x_px, p.y_px] for p in placed]])
            previous = placed
    return runs


def _unrolled(runs: Sequence[Sequence[object]]) -> tuple[tuple[Placement, ...], ...]:
    frames: list[tuple[Placement, ...]] = []
    for count, placed in runs:
        one = tuple(Placement(*p) for p in placed)  # type: ignore[attr-defined]
        frames.extend([one] * count)  # type: ignore[operator]
    return tuple(frames)
