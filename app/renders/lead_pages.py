"""Which pages a campaign's videos show, and which of them are a lead's own; it opens none."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.campaign import Campaign as CampaignSpec
from app.campaign import Scene, parse_campaign
from app.campaigns.lead_columns import lead_columns, scene_columns
from app.campaigns.models import Campaign
from app.campaigns.spec import campaign_values
from app.leads import CheckedLead, LeadColumns, check_row


@dataclass(frozen=True)
class Page:
    """A page as a scene of this campaign opens it. `digest`: the same page, asked for alike."""

    url: str
    depth: str
    width: int
    height: int

    @property
    def digest(self) -> str:
        told = f"{self.width}x{self.height}\x1f{self.depth}\x1f{self.url}"
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True)
class ScenePages:
    """A scene with the page that all leads share, or the column of each lead's own.

    `at` is the column's position in the list; None where the list does not have it.
    """

    id: str
    shared: Page | None
    column: str
    at: int | None
    fallback: Page | None
    depth: str


class ListedPages:
    """The pages of a campaign and its list. Raises CampaignInvalid while its scenes are wrong."""

    def __init__(self, campaign: Campaign) -> None:
        self.spec: CampaignSpec = parse_campaign(campaign_values(campaign))
        self.headers: list[str] = [str(h) for h in campaign.lead_columns.get("headers") or ()]
        self._columns: LeadColumns = lead_columns(
            campaign.lead_columns, scene_columns(campaign.scenes)
        )
        self.scenes = [self._scene(scene) for scene in self.spec.scenes]

    @property
    def shared(self) -> list[ScenePages]:
        """Scenes that are the same for every lead."""
        return [scene for scene in self.scenes if scene.shared is not None]

    @property
    def personal(self) -> list[ScenePages]:
        """Scenes with a page of each lead's own, in the order of LeadCheck.own."""
        return [scene for scene in self.scenes if scene.shared is None]

    @property
    def made_from(self) -> str:
        """Differs when another page, or another way to open one, is asked for."""
        told: list[Any] = [self.spec.output.width, self.spec.output.height, self.headers]
        told += [
            [s.id, s.url, s.csv_column, s.fallback_url, s.scroll.depth] for s in self.spec.scenes
        ]
        text = json.dumps(told, separators=(",", ":"))
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()

    def common_pages(self) -> Iterator[Page]:
        """Pages that no lead has for itself: those all share, and fallbacks."""
        for scene in self.scenes:
            yield from (page for page in (scene.shared, scene.fallback) if page is not None)

    def own_pages(self, cells: Sequence[str]) -> list[Page | None]:
        """A lead's own page for each personal scene; None where its cell holds no address."""
        urls = self._urls(cells)
        return [
            self.page(urls[scene.column], scene.depth) if scene.column in urls else None
            for scene in self.personal
        ]

    def page(self, url: str, depth: str) -> Page:
        output = self.spec.output
        return Page(url, depth, output.width, output.height)

    def _urls(self, cells: Sequence[str]) -> Mapping[str, str]:
        found = check_row(dict(zip(self.headers, cells, strict=False)), self._columns)
        return found.urls if isinstance(found, CheckedLead) else {}

    def _scene(self, scene: Scene) -> ScenePages:
        depth, column = scene.scroll.depth, scene.csv_column or ""
        return ScenePages(
            id=scene.id,
            shared=self.page(scene.url, depth) if scene.url else None,
            column=column,
            at=self.headers.index(column) if column in self.headers else None,
            fallback=self.page(scene.fallback_url, depth) if scene.fallback_url else None,
            depth=depth,
        )
