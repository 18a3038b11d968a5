"""Pages that are asked for, what they were when opened, and what follows from it for leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import new_id
from app.db.tenancy import workspace_of
from app.renders.check_models import PageCheck
from app.renders.lead_pages import ListedPages, Page

# Sites change; within a day they are asked once.
KEPT_FOR = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(days=30)
AT_ONCE = 1000

# What a lead comes to, from the best to the worst; a position is a rank.
VERDICTS = ("ready", "fallback", "doubtful", "waiting", "fails")

_RANK = (
    "case when p.verdict = 'ready' then 0 when p.verdict = 'doubtful' then 2 "
    "when u.own is not null and p.verdict is null then 3 else u.otherwise end"
)
# One statement for all leads that show one of these pages; where all is true, for every lead.
_SETTLE = text(
    "update lead_checks set verdict = (cast(:names as text[]))[found.rank + 1] from ("  # noqa: S608
    f"select c.lead_id, coalesce(max({_RANK}), 0) as rank from lead_checks c "
    "left join lateral unnest(c.own, cast(:otherwise as int[])) as u(own, otherwise) on true "
    "left join page_checks p on p.workspace_id = :workspace_id and p.campaign_id = :campaign_id "
    "and p.digest = u.own "
    "where c.workspace_id = :workspace_id and c.campaign_id = :campaign_id "
    "and (:all or c.lead_id = any(cast(:lead_ids as uuid[])) "
    "or c.own && cast(:digests as varchar[])) group by c.lead_id) found "
    "where lead_checks.lead_id = found.lead_id and lead_checks.workspace_id = :workspace_id "
    "and lead_checks.verdict <> (cast(:names as text[]))[found.rank + 1]"
)


@dataclass(frozen=True)
class PageResult:
    """What the engine found. `verdict` is ready, doubtful or fails."""

    digest: str
    verdict: str
    doubts: list[str]
    final_url: str
    title: str
    height_px: int | None
    notices: list[str]
    error_code: str
    message: str
    is_permanent: bool
    wall_s: float
    picture_key: str | None = None


async def ask_pages(
    session: AsyncSession,
    campaign_id: UUID,
    pages: Iterable[Page],
    *,
    anew: bool = False,
    urgent: bool = False,
) -> None:
    """The pages wait to be opened: those never opened, opened long ago, or that failed by a
    fault that passes. With `anew` all of them."""
    by_digest = {page.digest: page for page in pages}
    # In one order, so that two who ask at once do not wait for each other.
    digests = sorted(by_digest)
    for first in range(0, len(digests), AT_ONCE):
        rows = [
            _asked(session, campaign_id, digest, by_digest[digest], urgent=urgent)
            for digest in digests[first : first + AT_ONCE]
        ]
        query = insert(PageCheck).values(rows)
        values = {"asked_at": func.now(), "is_urgent": or_(PageCheck.is_urgent, literal(urgent))}
        again = or_(
            literal(anew),
            PageCheck.checked_at.is_(None),
            PageCheck.checked_at < func.now() - KEPT_FOR,
            (PageCheck.verdict == "fails") & ~PageCheck.is_permanent,
        )
        await session.execute(
            query.on_conflict_do_update(
                index_elements=["workspace_id", "campaign_id", "digest"], set_=values, where=again
            )
        )


async def withdraw_pages(session: AsyncSession, campaign_id: UUID) -> None:
    """No page of the campaign waits any more; what is known of each stays."""
    await session.execute(
        update(PageCheck)
        .where(PageCheck.campaign_id == campaign_id, PageCheck.asked_at.is_not(None))
        .values(asked_at=None, is_urgent=False)
    )


async def next_pages(session: AsyncSession, campaign_id: UUID, limit: int) -> list[PageCheck]:
    """The pages to be opened next: those that a person waits for, then in the order asked for."""
    query = select(PageCheck).where(
        PageCheck.campaign_id == campaign_id, PageCheck.asked_at.is_not(None)
    )
    order = (PageCheck.is_urgent.desc(), PageCheck.asked_at, PageCheck.id)
    return list(await session.scalars(query.order_by(*order).limit(limit)))


async def count_waiting(session: AsyncSession, campaign_id: UUID) -> int:
    query = select(func.count()).where(
        PageCheck.campaign_id == campaign_id, PageCheck.asked_at.is_not(None)
    )
    return await session.scalar(query) or 0


async def save_results(
    session: AsyncSession, campaign_id: UUID, results: Sequence[PageResult]
) -> list[str]:
    """The pages are as these say and wait no more; the keys of pictures that are now nobody's."""
    found = {result.digest: result for result in results}
    checks = await session.scalars(
        select(PageCheck)
        .where(PageCheck.campaign_id == campaign_id, PageCheck.digest.in_(found))
        .with_for_update()
    )
    unused = []
    for check in checks:
        result = found[check.digest]
        if check.picture_key and check.picture_key != result.picture_key:
            unused.append(check.picture_key)
        for name, value in vars(result).items():
            setattr(check, name, value)
        check.asked_at, check.is_urgent = None, False
        check.checked_at = func.now()
    await session.flush()
    return unused


async def settle_leads(
    session: AsyncSession,
    campaign_id: UUID,
    pages: ListedPages,
    digests: Iterable[str] = (),
    *,
    lead_ids: Iterable[UUID] = (),
    everybody: bool = False,
) -> None:
    """Leads that show one of these pages, and these leads, come to what is known of their pages."""
    fallbacks = [scene.fallback for scene in pages.personal]
    ranks = await _fallback_ranks(session, campaign_id, fallbacks)
    touched = set(digests)
    # A fallback may stand in for any of them.
    is_for_all = everybody or any(page is not None and page.digest in touched for page in fallbacks)
    await session.execute(
        _SETTLE,
        {
            "workspace_id": workspace_of(session),
            "campaign_id": campaign_id,
            "names": list(VERDICTS),
            "otherwise": ranks,
            "all": is_for_all,
            "lead_ids": list(lead_ids),
            "digests": sorted(touched),
        },
    )


async def find_checks(
    session: AsyncSession, campaign_id: UUID, digests: Iterable[str]
) -> dict[str, PageCheck]:
    """What is known of these pages, by digest."""
    wanted = set(digests)
    if not wanted:
        return {}
    query = select(PageCheck).where(
        PageCheck.campaign_id == campaign_id, PageCheck.digest.in_(wanted)
    )
    return {check.digest: check for check in await session.scalars(query)}


async def forget_pages(session: AsyncSession) -> int:
    """What pages were that nobody has asked for in a month is forgotten; how many. Their pictures
    are then nobody's, and the clean-up takes them. For all workspaces.
    """
    gone = await session.scalars(
        delete(PageCheck)
        .where(
            PageCheck.asked_at.is_(None),
            func.coalesce(PageCheck.checked_at, PageCheck.created_at)
            < func.now() - FORGOTTEN_AFTER,
        )
        .returning(PageCheck.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


async def _fallback_ranks(
    session: AsyncSession, campaign_id: UUID, fallbacks: Sequence[Page | None]
) -> list[int]:
    """For each personal scene what a lead comes to whose own page cannot be shown."""
    digests = [page.digest for page in fallbacks if page is not None]
    known = await find_checks(session, campaign_id, digests)
    ranks = []
    for page in fallbacks:
        if page is None:
            ranks.append(VERDICTS.index("fails"))
            continue
        check = known.get(page.digest)
        verdict = check.verdict if check else None
        outcome = {"ready": "fallback", "doubtful": "doubtful", "fails": "fails", None: "waiting"}
        ranks.append(VERDICTS.index(outcome[verdict]))
    return ranks


def _asked(
    session: AsyncSession, campaign_id: UUID, digest: str, page: Page, *, urgent: bool
) -> dict[str, Any]:
    return {
        "id": new_id(),
        "workspace_id": workspace_of(session),
        "campaign_id": campaign_id,
        "digest": digest,
        **vars(page),
        "asked_at": func.now(),
        "is_urgent": urgent,
    }
