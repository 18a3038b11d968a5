"""Pages that are asked for, and what they were when they were opened last; it opens none."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import new_id
from app.db.tenancy import workspace_of
from app.renders.check_models import PageCheck
from app.renders.lead_pages import Page

# Sites change; within a day they are asked once.
KEPT_FOR = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(days=30)
AT_ONCE = 1000

_ASK = text(
    "insert into page_checks (id, workspace_id, campaign_id, created_at, digest, url, depth, "
    "width, height, asked_at, is_urgent, doubts, final_url, title, notices, error_code, message, "
    "is_permanent) "
    "select r.id, :workspace_id, :campaign_id, now(), r.digest, r.url, r.depth, r.width, r.height, "
    "now(), :urgent, '[]', '', '', '[]', '', '', false "
    "from jsonb_to_recordset(cast(:rows as jsonb)) "
    "as r(id uuid, digest text, url text, depth text, width int, height int) "
    "on conflict (workspace_id, campaign_id, digest) do update "
    "set asked_at = now(), is_urgent = page_checks.is_urgent or excluded.is_urgent "
    "where :anew or page_checks.checked_at is null "
    "or page_checks.checked_at < now() - cast(:kept_for as interval) "
    "or (page_checks.verdict = 'fails' and not page_checks.is_permanent)"
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
    scope = {"workspace_id": workspace_of(session), "campaign_id": campaign_id}
    options = {"urgent": urgent, "anew": anew, "kept_for": KEPT_FOR}
    # In one order, so that two who ask at once do not wait for each other.
    digests = sorted(by_digest)
    for first in range(0, len(digests), AT_ONCE):
        rows = [
            {"id": str(new_id()), "digest": digest, **vars(by_digest[digest])}
            for digest in digests[first : first + AT_ONCE]
        ]
        await session.execute(_ASK, {**scope, **options, "rows": json.dumps(rows)})


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
