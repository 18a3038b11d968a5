"""The contact sheet of a campaign's check: what it came to in all, and its leads 48 at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaign_problems import CampaignInvalid
from app.campaigns.models import Campaign, Lead
from app.db.base import now
from app.renders.check_models import LeadCheck, PageCheck, Preflight
from app.renders.lead_pages import ListedPages
from app.renders.lead_verdicts import VERDICTS
from app.renders.page_checks import find_checks
from app.renders.preflights import find_preflight
from app.renders.sheet_cards import UNCHECKED, Card, SceneView, lead_views, shared_views, worst
from app.renders.state_words import time_left

CARDS_PER_PAGE = 48
# What is shown together: verdicts by the key that stands in a URL.
GROUPS = {"faults": ("fails", "doubtful"), "fallback": ("fallback",), "ready": ("ready",)}
SKIPPED = "skipped"
_SHOWN = (Lead.id, Lead.row, Lead.state, Lead.name, Lead.company, Lead.email, Lead.cells)
_IS_KNOWN = LeadCheck.cells_md5 == func.md5(literal_column("leads.cells::text"))


@dataclass(frozen=True)
class SheetWanted:
    """A group or all; leads after a row, or before one."""

    group: str = ""
    after: int | None = None
    before: int | None = None


@dataclass(frozen=True)
class Sheet:
    """`counts`: leads by verdict. `problem` says why the list cannot be checked; else empty."""

    preflight: Preflight | None
    problem: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    shared: list[SceneView] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    after: int | None = None
    before: int | None = None
    # Scenes or columns are others than when the list was read.
    is_outdated: bool = False

    @property
    def is_running(self) -> bool:
        return self.preflight is not None and self.preflight.state == "running"

    def count(self, group: str) -> int:
        return sum(self.counts.get(verdict, 0) for verdict in GROUPS[group])

    @property
    def leads(self) -> int:
        return sum(self.counts.values())

    @property
    def time_left(self) -> str:
        """In words; empty while nobody knows."""
        check = self.preflight
        # Before some are done, how long they took says nothing of the others.
        if check is None or not self.is_running or not 3 <= check.done < check.total:
            return ""
        passed_s = (now() - check.started_at).total_seconds()
        return time_left(passed_s / check.done * (check.total - check.done))


async def read_sheet(session: AsyncSession, campaign: Campaign, wanted: SheetWanted) -> Sheet:
    """The sheet in as many statements however long the list is."""
    preflight = await find_preflight(session, campaign.id)
    try:
        pages = ListedPages(campaign)
    except CampaignInvalid:
        return Sheet(preflight, "Pages can be checked once the scenes are complete.")
    known = preflight is not None and preflight.made_from == pages.made_from
    rows = await _list(session, campaign, pages, wanted, known=known)
    backwards = wanted.before is not None
    more, shown = len(rows) > CARDS_PER_PAGE, rows[:CARDS_PER_PAGE]
    shown = shown[::-1] if backwards else shown
    checks = await _checks_of(session, campaign, pages, [row.cells for row in shown])
    shared = shared_views(pages, checks)
    has_later, has_earlier = backwards or more, more if backwards else wanted.after is not None
    return Sheet(
        preflight,
        counts=await _count(session, campaign, worst([s.verdict for s in shared]), known=known),
        shared=shared,
        cards=[_card(row, pages, checks, shared, known=known) for row in shown],
        after=shown[-1].row if shown and has_later else None,
        before=shown[0].row if shown and has_earlier else None,
        is_outdated=preflight is not None and bool(preflight.made_from) and not known,
    )


async def read_cards(
    session: AsyncSession, campaign: Campaign, lead_ids: Iterable[UUID]
) -> list[Card]:
    """The cards of these leads, as far as they are the campaign's. Raises CampaignInvalid."""
    pages = ListedPages(campaign)
    preflight = await find_preflight(session, campaign.id)
    known = preflight is not None and preflight.made_from == pages.made_from
    query = _rows().where(Lead.campaign_id == campaign.id, Lead.id.in_(set(lead_ids)))
    rows = (await session.execute(query.limit(CARDS_PER_PAGE))).all()
    checks = await _checks_of(session, campaign, pages, [row.cells for row in rows])
    shared = shared_views(pages, checks)
    return [_card(row, pages, checks, shared, known=known) for row in rows]


async def _list(
    session: AsyncSession,
    campaign: Campaign,
    pages: ListedPages,
    wanted: SheetWanted,
    *,
    known: bool,
) -> Sequence[Any]:
    state = SKIPPED if wanted.group == SKIPPED else "good"
    query = _rows().where(Lead.campaign_id == campaign.id, Lead.state == state)
    if wanted.group in GROUPS:
        shared = worst(
            [s.verdict for s in shared_views(pages, await _common(session, campaign, pages))]
        )
        fitting = [v for v in VERDICTS if worst([v, shared]) in GROUPS[wanted.group]]
        query = query.where(LeadCheck.verdict.in_(fitting if known else []), _IS_KNOWN)
    if wanted.before is not None:
        query = query.where(Lead.row < wanted.before).order_by(Lead.row.desc())
    else:
        query = query.where(Lead.row > (wanted.after or 0)).order_by(Lead.row)
    found: Sequence[Any] = (await session.execute(query.limit(CARDS_PER_PAGE + 1))).all()
    return found


async def _count(
    session: AsyncSession, campaign: Campaign, shared: str, *, known: bool
) -> dict[str, int]:
    """Good leads by what their videos come to."""
    if not known:
        return {UNCHECKED: campaign.good_leads} if campaign.good_leads else {}
    verdict = case((_IS_KNOWN, LeadCheck.verdict), else_=UNCHECKED).label("verdict")
    query = (
        select(verdict, func.count())
        .select_from(Lead)
        .outerjoin(LeadCheck, _OF_LEAD)
        .where(Lead.campaign_id == campaign.id, Lead.state == "good")
        .group_by(verdict)
    )
    counts: dict[str, int] = {}
    for own, count in await session.execute(query):
        both = own if own == UNCHECKED else worst([own, shared])
        counts[both] = counts.get(both, 0) + count
    return counts


async def _common(
    session: AsyncSession, campaign: Campaign, pages: ListedPages
) -> dict[str, PageCheck]:
    return await find_checks(session, campaign.id, (p.digest for p in pages.common_pages()))


async def _checks_of(
    session: AsyncSession, campaign: Campaign, pages: ListedPages, rows: Iterable[Sequence[str]]
) -> dict[str, PageCheck]:
    wanted = {page.digest for page in pages.common_pages()}
    for cells in rows:
        wanted |= {page.digest for page in pages.own_pages(cells) if page is not None}
    return await find_checks(session, campaign.id, wanted)


def _card(
    row: Any,
    pages: ListedPages,
    checks: dict[str, PageCheck],
    shared: Sequence[SceneView],
    *,
    known: bool,
) -> Card:
    scenes = lead_views(pages, row.cells, checks)
    verdict = worst([view.verdict for view in [*scenes, *shared]])
    if row.state != "good":
        verdict = row.state
    elif not (known and row.is_known):
        verdict = UNCHECKED
    return Card(row.id, row.row, row.state, row.name, row.company, row.email, scenes, verdict)


def _rows() -> Any:
    known = func.coalesce(_IS_KNOWN, literal_column("false")).label("is_known")
    return select(*_SHOWN, known).outerjoin(LeadCheck, _OF_LEAD)


_OF_LEAD = and_(LeadCheck.workspace_id == Lead.workspace_id, LeadCheck.lead_id == Lead.id)
