"""What the contact sheet shows of one lead: its pages, with what is known of each in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.renders.check_models import PageCheck
from app.renders.lead_pages import ListedPages, Page, ScenePages
from app.renders.lead_verdicts import VERDICTS
from app.renders.verdict_words import scene_words

Checks = Mapping[str, PageCheck]
# Nothing is known that still holds: it was never checked, or the row was edited since.
UNCHECKED = "unchecked"


@dataclass(frozen=True)
class SceneView:
    """A scene of a lead, or one that all leads share. `own` is the page it should show, `shown`
    the one that would be shown; `typed` is the cell as it is written."""

    id: str
    column: str
    typed: str
    own: Page | None
    own_check: PageCheck | None
    fallback: Page | None
    fallback_check: PageCheck | None
    is_shared: bool

    @property
    def verdict(self) -> str:
        """As page_checks.settle_leads finds it, by the same rules."""
        if self.own is not None:
            known = self.own_check.verdict if self.own_check else None
            if known != "fails":
                return known or "waiting"
        if self.fallback is None:
            return "fails"
        known = self.fallback_check.verdict if self.fallback_check else None
        return {"ready": "fallback", None: "waiting"}.get(known, known or "")

    @property
    def is_waiting(self) -> bool:
        """A page of it is to be opened, though it may be known from earlier."""
        checks = (self.own_check, self.fallback_check)
        return any(check is not None and check.asked_at is not None for check in checks)

    @property
    def shown(self) -> PageCheck | None:
        """What its picture is of: where the own page cannot be shown, the fallback."""
        if self.own_check is not None and self.own_check.picture_key:
            return self.own_check
        return self.fallback_check if self.verdict in ("fallback", "doubtful") else self.own_check

    @property
    def said(self) -> str:
        return scene_words(self)

    @property
    def doubtful(self) -> PageCheck | None:
        """The page that a person should look at."""
        checks = (self.own_check, self.fallback_check) if self.verdict == "doubtful" else ()
        return next((c for c in checks if c is not None and c.verdict == "doubtful"), None)

    @property
    def is_fault(self) -> bool:
        return self.verdict in ("fails", "doubtful")


@dataclass(frozen=True)
class Card:
    """One lead of the sheet. `verdict` holds also what the scenes come to that all share."""

    lead_id: UUID
    row: int
    state: str
    name: str
    company: str
    email: str
    scenes: list[SceneView]
    verdict: str

    @property
    def title(self) -> str:
        return self.name or self.email or "Without a name"

    @property
    def is_waiting(self) -> bool:
        return self.verdict == "waiting" or any(scene.is_waiting for scene in self.scenes)

    @property
    def is_to_come(self) -> bool:
        """Whether there will be news of it while a check runs."""
        return self.is_waiting or self.verdict == UNCHECKED

    @property
    def picture(self) -> PageCheck | None:
        """Of the scene with the worst news that has one; none where a page cannot be shown."""
        by_news = sorted(self.scenes, key=lambda scene: -VERDICTS.index(scene.verdict))
        if by_news and by_news[0].verdict == "fails":
            by_news = by_news[:1]
        shown = (scene.shown for scene in by_news)
        return next((check for check in shown if check is not None and check.picture_key), None)


def shared_views(pages: ListedPages, checks: Checks) -> list[SceneView]:
    """The scenes that all leads share."""
    return [_view(scene, scene.shared, "", checks) for scene in pages.shared]


def lead_views(pages: ListedPages, cells: Sequence[str], checks: Checks) -> list[SceneView]:
    """A lead's own scenes, by its cells as they are now."""
    own = pages.own_pages(cells)
    return [
        _view(scene, page, _cell(cells, scene.at), checks)
        for scene, page in zip(pages.personal, own, strict=True)
    ]


def worst(verdicts: Sequence[str]) -> str:
    """What a video comes to whose scenes come to these."""
    return max(verdicts, key=VERDICTS.index, default=VERDICTS[0])


def _view(scene: ScenePages, own: Page | None, typed: str, checks: Checks) -> SceneView:
    return SceneView(
        id=scene.id,
        column=scene.column,
        typed=typed,
        own=own,
        own_check=checks.get(own.digest) if own else None,
        fallback=scene.fallback,
        fallback_check=checks.get(scene.fallback.digest) if scene.fallback else None,
        is_shared=scene.shared is not None,
    )


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""
