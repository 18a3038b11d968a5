"""What makes two scenes one and the same to the ledger: a digest of all that is in the picture.

Of the picture as it is asked for, known before anything is made. How far it came, and which page
stood in for it, is not in it: then nothing of this scene was delivered.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.leads.url_cells import read_url
from app.renders.frozen_values import campaign_of, fit_of

Digests = list[str | None]


class FrozenScenes:
    """The scenes of a frozen campaign, see RenderBatch.campaign. Raises NotRenderable.

    `seconds` has the length of each scene, exactly as it is in the video; `columns` the places of
    the cells that scenes show, each once.
    """

    def __init__(self, frozen: Mapping[str, Any]) -> None:
        spec = campaign_of(frozen)
        fit = fit_of(frozen, spec)
        # As in app/leads/checked_lead.py, the last of two columns of one name counts.
        place = {header: at for at, header in enumerate(frozen["headers"])}
        self.seconds = [frames / spec.output.fps for frames in fit.frames]
        self.columns: list[int] = []
        self._scenes: list[tuple[Any, str | None, int | None]] = []
        self._urls: dict[str, str | None] = {}
        start_frame = 0
        for scene, frames in zip(spec.scenes, fit.frames, strict=True):
            asked = [_clip(frozen["facecam"]), start_frame, frames, scene.scroll.model_dump()]
            asked += [spec.facecam.model_dump(), spec.output.model_dump()]
            head = hashlib.blake2b(_text(asked), digest_size=16)
            cell = place.get(scene.csv_column or "") if scene.url is None else None
            if cell is not None and cell not in self.columns:
                self.columns.append(cell)
            self._scenes.append((head, scene.url, cell))
            start_frame += frames

    def digests(self, cells: Mapping[int, str] | Sequence[str]) -> Digests:
        """Of each scene of the lead with these cells, by their places; None where it has no page
        of its own: the fallback is shown at once, which costs nothing."""
        return [
            _finished(head, url if cell is None else self._url(_cell(cells, cell)))
            for head, url, cell in self._scenes
        ]

    def _url(self, cell: str) -> str | None:
        if cell not in self._urls:
            self._urls[cell] = read_url(cell.strip(), has_fallback=False)[0]
        return self._urls[cell]


def _clip(facecam: Mapping[str, Any]) -> list[Any]:
    """Where it ends is in the number of frames."""
    return [facecam["id"], facecam["start_s"] or 0.0]


def _cell(cells: Mapping[int, str] | Sequence[str], place: int) -> str:
    try:
        return cells[place] or ""
    except (IndexError, KeyError):  # a short row
        return ""


def _finished(head: Any, url: str | None) -> str | None:
    if url is None:
        return None
    whole = head.copy()
    whole.update(url.encode())
    digest: str = whole.hexdigest()
    return digest


def _text(values: Any) -> bytes:
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode()
