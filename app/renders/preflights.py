"""The check of a campaign's whole list: asked for, held by one process at a time, ended; it opens
no page and knows no verdict."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.campaigns.models import Campaign
from app.db.base import new_id
from app.db.listen import notify
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import CHECK_PAGES
from app.renders.check_models import Preflight
from app.renders.live_workers import count_workers
from app.renders.page_checks import count_waiting, withdraw_pages

# Lists for each worker: each opens many pages, and the videos are made on the same machine.
AT_ONCE = 1
DEFERRED_AT_ONCE = 4
HELD_FOR = timedelta(seconds=60)
GIVEN_UP_AFTER = 3

GIVEN_UP = (
    "The pages could not all be checked: the program that opens them gave up several times. "
    "What was found is shown. Check again to go on."
)
_ONE_CLAIM_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('preflights'))")


async def find_preflight(
    session: AsyncSession, campaign_id: UUID, *, for_update: bool = False
) -> Preflight | None:
    query = select(Preflight).where(Preflight.campaign_id == campaign_id)
    return await session.scalar(query.with_for_update() if for_update else query)


async def request_preflight(
    session: AsyncSession, campaign: Campaign, person: User | None, *, anew: bool = False
) -> Preflight:
    """The list is read and what is not known well enough is opened; `anew`: everything.

    While a check runs it takes this up as soon as it can; there is never a second one.
    """
    preflight = await _begin(session, campaign, person)
    preflight.wants_list = True
    preflight.is_anew = preflight.is_anew or anew
    return preflight


async def request_pages(
    session: AsyncSession, campaign: Campaign, person: User | None
) -> Preflight:
    """Pages that wait already are opened, without reading the list for others."""
    preflight = await _begin(session, campaign, person)
    if not preflight.wants_list:
        preflight.total = preflight.done + await count_waiting(session, campaign.id)
    return preflight


async def cancel_preflight(session: AsyncSession, campaign_id: UUID) -> None:
    """Nothing is opened any more; what was found stays. Nothing happens when none runs."""
    preflight = await find_preflight(session, campaign_id, for_update=True)
    if preflight is None or preflight.state != "running":
        return
    preflight.state, preflight.wants_list, preflight.is_anew = "cancelled", False, False
    preflight.ended_at = func.now()
    await withdraw_pages(session, campaign_id)
    await notify(session, "preflight", campaign_id)


async def claim_preflight(
    session: AsyncSession, workspace_id: UUID, campaign_id: UUID
) -> Preflight | None:
    """The check, now this process's; None when there is nothing to do or too much under way.

    The session must see every workspace: all their checks count.
    """
    await session.execute(_ONE_CLAIM_AT_A_TIME)
    held = select(func.count()).where(
        Preflight.state == "running", Preflight.work_due_at > func.now()
    )
    if (await session.scalar(held) or 0) >= AT_ONCE * await count_workers(session):
        return None
    preflight = await session.scalar(
        select(Preflight)
        .where(
            Preflight.workspace_id == workspace_id,
            Preflight.campaign_id == campaign_id,
            Preflight.state == "running",
            Preflight.work_due_at <= func.now(),
        )
        .with_for_update()
    )
    if preflight is None:
        return None
    preflight.attempts += 1
    preflight.failures += 1
    if preflight.failures > GIVEN_UP_AFTER:
        preflight.state, preflight.problem, preflight.failures = "failed", GIVEN_UP, 0
        await withdraw_pages(session, campaign_id)
        return None
    preflight.work_due_at = func.now() + HELD_FOR
    await session.flush()
    return preflight


async def get_mine(session: AsyncSession, mine: Preflight) -> Preflight | None:
    """The check as it is now, locked; None when it was cancelled or is another's."""
    preflight = await find_preflight(session, mine.campaign_id, for_update=True)
    if preflight is None or (preflight.state, preflight.attempts) != ("running", mine.attempts):
        return None
    return preflight


async def hold_preflight(session: AsyncSession, mine: Preflight) -> bool:
    """Still at work. False when it was cancelled or is another's."""
    return await _move(session, mine, work_due_at=func.now() + HELD_FOR)


async def count_done(session: AsyncSession, mine: Preflight, count: int) -> bool:
    """So many more pages are known. False when it was cancelled or is another's."""
    values = {"done": Preflight.done + count, "failures": 0}
    return await _move(session, mine, work_due_at=func.now() + HELD_FOR, **values)


async def let_go(session: AsyncSession, mine: Preflight) -> bool:
    """Another process may take it up at once; who has waited longer comes first."""
    return await _move(session, mine, work_due_at=func.now())


async def end_preflight(
    session: AsyncSession, mine: Preflight, state: str, problem: str = ""
) -> bool | None:
    """True: it is done or failed. False: there is work again. None: it is no longer ours."""
    preflight = await get_mine(session, mine)
    if preflight is None:
        return None
    if state == "failed":
        await withdraw_pages(session, mine.campaign_id)
    elif preflight.wants_list or await count_waiting(session, mine.campaign_id):
        return False
    preflight.state, preflight.problem, preflight.failures = state, problem[:1000], 0
    preflight.ended_at = func.now()
    await notify(session, "preflight", mine.campaign_id)
    return True


async def defer_waiting(session: AsyncSession) -> int:
    """Sends the job again of the checks that wait longest and that nobody holds; how many.

    For all workspaces.
    """
    waiting = await session.execute(
        select(Preflight.workspace_id, Preflight.campaign_id)
        .where(Preflight.state == "running", Preflight.work_due_at <= func.now())
        .order_by(Preflight.work_due_at)
        .limit(DEFERRED_AT_ONCE)
    )
    rows = waiting.all()
    for workspace_id, campaign_id in rows:
        _defer(session, workspace_id, campaign_id)
    return len(rows)


async def _begin(session: AsyncSession, campaign: Campaign, person: User | None) -> Preflight:
    """The campaign's check, running, locked."""
    made = insert(Preflight).values(
        id=new_id(), workspace_id=workspace_of(session), campaign_id=campaign.id
    )
    await session.execute(made.on_conflict_do_nothing())
    preflight = await find_preflight(session, campaign.id, for_update=True)
    assert preflight is not None  # noqa: S101 - it was just made
    if preflight.state != "running" or not preflight.requested_by_id:
        preflight.requested_by_id = person.id if person else None
    if preflight.state != "running" or preflight.attempts == 0:
        preflight.total = preflight.done = preflight.failures = 0
        preflight.started_at = preflight.work_due_at = func.now()
        preflight.ended_at, preflight.problem = None, ""
        preflight.state = "running"
        _defer(session, campaign.workspace_id, campaign.id)
    await notify(session, "preflight", campaign.id)
    return preflight


async def _move(session: AsyncSession, mine: Preflight, **values: object) -> bool:
    moved = await session.scalar(
        update(Preflight)
        .where(
            Preflight.id == mine.id,
            Preflight.workspace_id == mine.workspace_id,
            Preflight.state == "running",
            Preflight.attempts == mine.attempts,
        )
        .values(**values)
        .returning(Preflight.id)
        .execution_options(synchronize_session=False)
    )
    return moved is not None


def _defer(session: AsyncSession, workspace_id: UUID, campaign_id: UUID) -> None:
    defer(session, CHECK_PAGES, workspace_id=str(workspace_id), campaign_id=str(campaign_id))
