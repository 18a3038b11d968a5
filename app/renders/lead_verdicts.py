"""What each lead's own pages come to in its video, settled by statements for many leads at once."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.renders.lead_pages import ListedPages, Page
from app.renders.page_checks import find_checks

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
    # By the index for each page, also before the tables' statistics are there.
    "left join lateral (select verdict from page_checks where workspace_id = :workspace_id "
    "and campaign_id = :campaign_id and digest = u.own offset 0) p on true "
    "where c.workspace_id = :workspace_id and c.campaign_id = :campaign_id "
    "and (:all or c.lead_id = any(cast(:lead_ids as uuid[])) "
    "or c.own && cast(:digests as varchar[])) group by c.lead_id) found "
    "where lead_checks.lead_id = found.lead_id and lead_checks.workspace_id = :workspace_id "
    "and lead_checks.verdict <> (cast(:names as text[]))[found.rank + 1]"
)


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
