"""Reads a recording frame by frame as planes; knows how it is stored, not how it was made.

A tiles recording becomes one tall picture in memory and each frame a slice of it (0.4 ms at 1080p);
a stepped recording is decoded as it is read, waiting for frames that are still to come.
"""

import hashlib
import io
from collections.abc import Hashable
from pathlib import Path
from typing import Protocol

import av
import numpy as np
from PIL import Image

from app.pipeline.compose.planes import U8, Converter, Planes, new_planes
from app.pipeline.compose.sprite import Sprite
from app.pipeline.recording import FrameStore, Recording, Tiles

_BAND_ROWS = 1024  # converted at a time: bounds what swscale allocates besides


class Pictures(Protocol):
    """The page pictures of one recording, `frames` of them, each `width` × `height`.

    One thread reads at a time, in any order.
    """

    width: int
    height: int
    frames: int

    def draw(self, frame: int, canvas: Planes) -> None:
        """Draws the page at `frame` over the whole canvas, which has the recording's size."""

    def identity(self, frame: int) -> Hashable:
        """Equal for frames whose pictures are equal to the pixel."""


def open_pictures(recording: Recording) -> Pictures:
    """The reader for either kind of recording. Raises what capture failed with, if it failed."""
    if recording.tiles is not None:
        return TilePictures(recording, recording.tiles)
    if recording.frames is not None:
        return SteppedPictures(recording, recording.frames)
    raise ValueError(f"{recording.folder} has neither tiles nor frames")


def picture(pictures: Pictures, frame: int) -> Planes:
    """The page at `frame` in planes of its own."""
    canvas = new_planes(pictures.width, pictures.height)
    pictures.draw(frame, canvas)
    return canvas


class TilePictures:
    """Slices of the plates with the layers drawn over them."""

    def __init__(self, recording: Recording, tiles: Tiles) -> None:
        facts = recording.facts
        self.width, self.height, self.frames = facts.width, facts.height, facts.frames
        self._scroll_px = facts.plan.scroll_px
        self._placements = tiles.placements
        page = _page_rgb(recording.folder, tiles, self.width, self.height)
        self._last_offset_px: int = page.shape[0] - self.height
        self._y, self._chroma = _page_planes(page)
        self._layers = [_Layer(recording.folder / name) for name in tiles.layers]

    def _offset_px(self, frame: int) -> int:
        return max(0, min(self._scroll_px[frame], self._last_offset_px))

    def draw(self, frame: int, canvas: Planes) -> None:
        offset = self._offset_px(frame)
        u, v = self._chroma[offset % 2]
        half = slice(offset // 2, (offset + self.height) // 2)
        np.copyto(canvas.y, self._y[offset : offset + self.height])
        np.copyto(canvas.u, u[half])
        np.copyto(canvas.v, v[half])
        for placement in self._placements[frame]:
            self._layers[placement.layer].sprite.draw(canvas, placement.x_px, placement.y_px)

    def identity(self, frame: int) -> Hashable:
        return self._offset_px(frame), self._placements[frame]


class SteppedPictures:
    """The JPEG frames of a stepped recording. Frames that repeat are decoded once."""

    def __init__(self, recording: Recording, store: FrameStore) -> None:
        facts = recording.facts
        self.width, self.height, self.frames = facts.width, facts.height, facts.frames
        self._store = store
        self._converter = Converter(threads=1)
        self._decoded = -1
        self._planes: Planes | None = None
        self._digests: dict[int, bytes] = {}

    def draw(self, frame: int, canvas: Planes) -> None:
        index = self._store.picture_index(frame)
        if index != self._decoded or self._planes is None:
            self._planes = self._decode(self._store.picture(index))
            self._decoded = index
        canvas.paste(self._planes)

    def identity(self, frame: int) -> Hashable:
        index = self._store.picture_index(frame)
        if index not in self._digests:
            # The browser may send the same picture anew; its encoder gives the same bytes for it.
            self._digests[index] = hashlib.sha256(self._store.picture(index)).digest()
        return self._digests[index]

    def _decode(self, jpeg: bytes) -> Planes:
        # A context per picture: the decoder would otherwise hold on to the last one's memory.
        context = av.CodecContext.create("mjpeg", "r")
        context.thread_count = 1
        (decoded,) = context.decode(av.Packet(jpeg))
        return self._converter.from_video(decoded, self.width, self.height)


class _Layer:
    """A layer picture, read when it is first drawn: a plan may never reach some states."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sprite: Sprite | None = None

    @property
    def sprite(self) -> Sprite:
        if self._sprite is None:
            with Image.open(self._path) as image:
                self._sprite = Sprite(np.asarray(image.convert("RGBA")))
        return self._sprite


def read_rgb(png: bytes | Path) -> U8:
    """uint8 [height, width, 3], sRGB."""
    with Image.open(io.BytesIO(png) if isinstance(png, bytes) else png) as image:
        return np.asarray(image.convert("RGB"))


def _page_rgb(folder: Path, tiles: Tiles, width: int, height: int) -> U8:
    """The page from its plates: uint8 [rows, width, 3]; rows even, at least a viewport."""
    end = max(plate.top_px + plate.height_px for plate in tiles.plates)
    rows = max(end, height)
    page = np.full((rows + rows % 2, width, 3), 255, np.uint8)
    for plate in tiles.plates:
        rgb = read_rgb(folder / plate.file)[: plate.height_px, :width]
        page[plate.top_px : plate.top_px + rgb.shape[0], : rgb.shape[1]] = rgb
    page[end:] = page[end - 1]
    return page


def _page_planes(page: U8) -> tuple[U8, tuple[tuple[U8, U8], tuple[U8, U8]]]:
    """Luma, and the chroma twice: on the even rows' grid, and on the grid one row further down.

    A slice at an odd offset has its chroma between the rows of the first grid; taking the nearest
    would shift colours against edges by half a pixel on every second step of a scroll.
    """
    rows, width = page.shape[:2]
    converter = Converter()
    y = np.empty((rows, width), np.uint8)
    even, odd = np.empty((2, 2, rows // 2, width // 2), np.uint8)
    for top in range(0, rows, _BAND_ROWS):
        bottom = min(top + _BAND_ROWS, rows)
        band = converter.from_rgb(page[top:bottom])
        y[top:bottom] = band.y
        even[0, top // 2 : bottom // 2], even[1, top // 2 : bottom // 2] = band.u, band.v
        shifted = converter.from_rgb(_rows(page, top + 1, bottom + 1))
        odd[0, top // 2 : bottom // 2], odd[1, top // 2 : bottom // 2] = shifted.u, shifted.v
    return y, ((even[0], even[1]), (odd[0], odd[1]))


def _rows(page: U8, top: int, bottom: int) -> U8:
    """Rows [top, bottom), the last one repeated where the page ends before."""
    rows = page[top:bottom]
    missing = bottom - top - rows.shape[0]
    return np.concatenate([rows, rows[-1:].repeat(missing, 0)]) if missing else rows
