"""Fixed and sticky parts of a page as pictures: how each looks, and where it is at every frame.

The plan is replayed twice. A coarse pass over the whole page finds the stretches in which a layer
changes its look, and takes the screenshots that the gate compares. A fine pass with only the layers
visible takes one picture per look, and one per frame while a layer changes.
"""

import asyncio
import dataclasses
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from app.hme.plan import MotionPlan
from app.pipeline.capture.film import SAME_TIME_MS, Film
from app.pipeline.capture.static_gate import NotStatic, Picture, decode
from app.pipeline.recording import Placement

COARSE_STEP_S = 0.2  # a header that changes and changes back within it is shown as it was before
RESTING_STEP_S = 1.0
SETTLING_S = 0.35  # after a move, transitions may still begin
CHANGES_AT_MOST = 8  # stretches of change in one scene; more is a page in motion


Crop = tuple[Picture, int, int]  # a piece of a viewport picture and its upper left corner


@dataclasses.dataclass(frozen=True)
class Sighting:
    """The layers at one frame."""

    frame: int
    looks: tuple[int, ...]
    boxes: tuple[tuple[int, int, int, int], ...]  # viewport: left, top, right, bottom
    busy: bool
    rigid: bool  # every layer is fixed: its place does not follow the offset
    shift_px: int  # how far the content moved up by itself
    last_px: int  # the largest offset the page has now
    reveals: bool  # something in the content itself is moving
    covered: bool  # content passes over a layer

    @classmethod
    def of(cls, frame: int, state: dict[str, Any]) -> "Sighting":
        layers = state["layers"]
        return cls(
            frame,
            tuple(layer["look"] for layer in layers),
            tuple(tuple(layer["box"]) for layer in layers),
            any(layer["busy"] for layer in layers),
            all(layer["position"] in ("fixed", "none") for layer in layers),
            state["shift"],
            state["last"],
            state["reveals"],
            state["covered"],
        )

    @property
    def shown(self) -> tuple[object, ...]:
        return self.looks, self.boxes, self.shift_px


@dataclasses.dataclass
class Layers:
    """The result: RGBA pictures and, per frame, what is drawn where, and the ground's first row."""

    pictures: list[Picture] = dataclasses.field(default_factory=list)
    placements: list[tuple[Placement, ...]] = dataclasses.field(default_factory=list)
    ground_px: list[int] = dataclasses.field(default_factory=list)
    _index: dict[bytes, int] = dataclasses.field(default_factory=dict)

    def place(self, crop: Crop | None) -> Placement | None:
        """Where the crop stands, its picture stored once; None when nothing of it is visible."""
        if crop is None or not crop[0][..., 3].any():
            return None
        picture, x_px, y_px = crop
        key = hashlib.sha256(picture.tobytes() + str(picture.shape).encode()).digest()
        if key not in self._index:
            self._index[key] = len(self.pictures)
            self.pictures.append(picture)
        return Placement(self._index[key], x_px, y_px)

    def add(self, seen: Sighting, offset_px: int, placed: Iterable[Placement | None]) -> None:
        """One more frame, at `offset_px` of the plan, with the page as `seen`."""
        self.placements.append(tuple(p for p in placed if p is not None))
        self.ground_px.append(min(offset_px, seen.last_px) + seen.shift_px)


async def sighting(film: Film, frame: int) -> Sighting:
    return Sighting.of(frame, await film.page.evaluate("__loomLayers.state()"))


async def survey(
    film: Film, plan: MotionPlan, samples: Sequence[int]
) -> tuple[list[Sighting], dict[int, Picture]]:
    """The coarse pass: sightings in order, and a real screenshot at every sample frame.

    Raises NotStatic as soon as the content itself is seen to move.
    """
    await film.rewind(plan.scroll_px)
    sightings: list[Sighting] = []
    shots: dict[int, asyncio.Task[Picture]] = {}
    wanted = set(samples)
    for frame in _coarse_frames(plan, wanted):
        _, picture = await film.frame(frame, "png" if frame in wanted else None)
        if frame in wanted:
            shots[frame] = asyncio.create_task(asyncio.to_thread(decode, picture))
        seen = await sighting(film, frame)
        sightings.append(seen)
        if seen.reveals or seen.covered:
            await asyncio.gather(*shots.values(), return_exceptions=True)
            what = "moves while the page scrolls" if seen.reveals else "passes over a fixed part"
            raise NotStatic(f"content that {what}")
    return sightings, {frame: await shot for frame, shot in shots.items()}


def _coarse_frames(plan: MotionPlan, wanted: set[int]) -> list[int]:
    """Every COARSE_STEP_S while the plan moves and just after, seldom while it rests."""
    frames = {0, plan.frames - 1} | wanted
    since = moved = 0
    for frame in range(1, plan.frames):
        since += 1
        moved = frame if plan.moving(frame) else moved
        step_s = COARSE_STEP_S if frame - moved < SETTLING_S * plan.fps else RESTING_STEP_S
        if since >= step_s * plan.fps:
            frames.add(frame)
            since = 0
    return sorted(frames)


def changes(sightings: Sequence[Sighting], frames: int) -> list[tuple[int, int]]:
    """Half-open stretches of frames in which some layer changes its look, merged where they touch.

    A page learns of an offset one frame later, so in a coarse pass a change can begin as early as
    one sighting before the last one that looked unchanged.
    """
    found: list[tuple[int, int]] = []
    for n, after in enumerate(sightings[1:], start=1):
        before = sightings[n - 1]
        if before.looks == after.looks and not before.busy and not after.busy:
            continue
        start, end = sightings[max(0, n - 2)].frame + 1, min(frames, after.frame + 1)
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


async def picture_layers(
    film: Film, plan: MotionPlan, stretches: Sequence[tuple[int, int]]
) -> Layers:
    """The fine pass. The page stands at its top and shows only its layers, on no ground."""
    await film.rewind(plan.scroll_px)
    layers = Layers()
    start = 0
    for change_start, change_end in [*stretches, (plan.frames, plan.frames)]:
        if change_start > start:
            await _still_stretch(film, plan, layers, start, change_start)
        await _change(film, plan, layers, change_start, change_end)
        start = change_end
    return layers


async def _change(film: Film, plan: MotionPlan, layers: Layers, start: int, end: int) -> None:
    """Frames [start, end), one by one. Pictures are cut out beside the browser's next frame."""
    seen: list[Sighting] = []
    cuts: list[asyncio.Task[list[Crop | None]] | None] = []
    changing = True
    for frame in range(start, end):
        # A picture taken later would let the page hear of the next offset too early.
        setting_off = plan.moving(frame) and not plan.moving(frame - 1)
        _, picture = await film.frame(frame, "png" if changing or setting_off else None)
        seen.append(await sighting(film, frame))
        changed = len(seen) < 2 or seen[-1].shown != seen[-2].shown
        if changed and not picture:
            _, picture = await film.pass_ms(SAME_TIME_MS, "png")
        changing = changed or seen[-1].busy
        cuts.append(
            asyncio.create_task(asyncio.to_thread(_cut, picture, seen[-1].boxes))
            if changed
            else None
        )
    placed: list[Placement | None] = []
    for one, cut in zip(seen, cuts, strict=True):
        if cut is not None:
            placed = [layers.place(crop) for crop in await cut]
        layers.add(one, plan.scroll_px[one.frame], placed)


async def _still_stretch(
    film: Film, plan: MotionPlan, layers: Layers, start: int, end: int
) -> None:
    """Frames [start, end) in which each layer keeps its look and moves only with the offset."""
    await film.frame(start)
    seen = await sighting(film, start)
    offsets = plan.scroll_px[start:end]
    if seen.rigid or len(set(offsets)) == 1:
        tracks = [[(box[0], box[1]) for box in seen.boxes]] * len(offsets)
    else:
        distinct = sorted(set(offsets))
        places = await film.page.evaluate(f"__loomLayers.track({distinct})")
        at = dict(zip(distinct, places, strict=True))
        tracks = [[(x, y) for x, y in at[offset]] for offset in offsets]
    sizes = [(box[2] - box[0], box[3] - box[1]) for box in seen.boxes]
    viewport = await film.page.evaluate("[innerWidth, innerHeight]")
    # Each layer is taken where most of it is in view; most often that is the first frame for all.
    best = [
        _best_frame([track[n] for track in tracks], size, viewport) for n, size in enumerate(sizes)
    ]
    drawn: dict[int, tuple[int, int, int]] = {}  # layer → picture, shift of its cut-off corner
    for number in sorted(set(best)):
        if number:
            await film.frame(start + number)
        _, picture = await film.pass_ms(SAME_TIME_MS, "png")
        taken = [n for n, frame in enumerate(best) if frame == number]
        boxes = [_box(tracks[number][n], sizes[n]) for n in taken]
        for n, crop in zip(taken, await asyncio.to_thread(_cut, picture, boxes), strict=True):
            if placed := layers.place(crop):
                x, y = tracks[number][n]
                drawn[n] = placed.layer, placed.x_px - x, placed.y_px - y
    for offset, track in zip(offsets, tracks, strict=True):
        layers.add(
            seen,
            offset,
            (Placement(i, track[n][0] + dx, track[n][1] + dy) for n, (i, dx, dy) in drawn.items()),
        )


def _box(corner: tuple[int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    return corner[0], corner[1], corner[0] + size[0], corner[1] + size[1]


def _best_frame(
    places: Sequence[tuple[int, int]], size: tuple[int, int], viewport: Sequence[int]
) -> int:
    def visible(place: tuple[int, int]) -> int:
        width = min(viewport[0], place[0] + size[0]) - max(0, place[0])
        height = min(viewport[1], place[1] + size[1]) - max(0, place[1])
        return max(0, width) * max(0, height)

    return max(range(len(places)), key=lambda i: (visible(places[i]), -i))


def _cut(data: bytes, boxes: Iterable[tuple[int, int, int, int]]) -> list[Crop | None]:
    """The pieces of a viewport's PNG inside the boxes, cut at its edges; None outside it."""
    picture = decode(data)
    if picture.shape[2] == 3:  # nothing on it is transparent
        opaque = np.full((*picture.shape[:2], 1), 255, np.uint8)
        picture = np.concatenate([picture, opaque], axis=2)
    crops: list[Crop | None] = []
    for left, top, right, bottom in boxes:
        x, y = max(0, left), max(0, top)
        piece = picture[y : min(bottom, picture.shape[0]), x : min(right, picture.shape[1])]
        crops.append((np.ascontiguousarray(piece), x, y) if piece.size else None)
    return crops
