"""Owner and admins are told once in a period that most of their plan is used, and that all is."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.meter import NEARLY
from app.billing.notice_models import PlanNotice
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import SEND_LETTER, TELL_OF_PLAN
from app.phrases import plural
from app.renders.plan_room import Room, find_room
from app.renders.plan_waiting import count_waiting, offer_for_waiting
from app.renders.room_words import day_words, used_words
from app.settings import Settings
from app.workspaces.members import list_members
from app.workspaces.models import Workspace
from app.workspaces.notices import News, tell_managers

PATH = "/billing"


async def tell_soon(session: AsyncSession, room: Room) -> None:
    """Once this is committed a job looks whether there is anything to tell. `room` is that from
    before the last videos went on."""
    if room.limit is None and room.limit_s is None:
        return
    told = select(PlanNotice.kind).where(
        PlanNotice.workspace_id == workspace_of(session),
        PlanNotice.period_start == room.period.start,
        PlanNotice.kind == "used_up",
    )
    if await session.scalar(told) is None:
        defer(session, TELL_OF_PLAN, workspace_id=str(workspace_of(session)))


async def tell_of_plan(session: AsyncSession, settings: Settings) -> None:
    """They have a notice and a letter on its way, if it has come to that in this period and they
    were not told before."""
    room, waiting = await find_room(session), await count_waiting(session)
    is_used_up = bool(waiting) or 0 in (room.left, room.left_s)
    if not is_used_up and room.share < NEARLY:
        return
    # What is used up was nearly so before: who is told the one hears no more of the other.
    told = ["nearly", "used_up"] if is_used_up else ["nearly"]
    if told[-1] not in await _write_down(session, room, told):
        return
    headline, said = _used_up(room, waiting) if is_used_up else _nearly(room)
    offer = await offer_for_waiting(session, room, waiting) if settings.sells else None
    path, step = (PATH, "See your plan") if settings.sells else ("", "")
    body = f"{said} {offer.words}" if offer else said
    await tell_managers(session, News("warn", headline, body, path, step))
    workspace = await session.get_one(Workspace, workspace_of(session))
    home = settings.workspace_url(workspace.slug)
    context = {
        "headline": headline,
        "said": said,
        "offer": offer.words if offer else "",
        "workspace_name": workspace.name,
        "step": step or "Open your campaigns",
        "link": home + (path or "/campaigns"),
    }
    for member in await list_members(session):
        if member.can_manage:
            defer(session, SEND_LETTER, letter="plan_room", to=member.user.email, context=context)


async def _write_down(session: AsyncSession, room: Room, kinds: list[str]) -> set[str]:
    """Those of them that nobody was told of in this period."""
    rows = [
        {"workspace_id": workspace_of(session), "period_start": room.period.start, "kind": kind}
        for kind in kinds
    ]
    written = await session.scalars(
        insert(PlanNotice).values(rows).on_conflict_do_nothing().returning(PlanNotice.kind)
    )
    return set(written)


def _nearly(room: Room) -> tuple[str, str]:
    day = day_words(room.period.end)
    headline = f"{used_words(room)} of your plan are used"
    if room.beyond:
        return headline, f"What is beyond it until {day} is charged by use, as you allowed."
    return headline, f"They begin anew on {day}. What there is no room for waits until then."


def _used_up(room: Room, waiting: int) -> tuple[str, str]:
    headline = f"Your plan has no room for more videos until {day_words(room.period.end)}"
    used = f"{used_words(room)} of this period are used."
    if room.beyond:
        used = f"{used} So is what you allowed beyond your plan."
    if not waiting:
        return headline, f"{used} What you ask for now waits until then."
    waits = plural(waiting, "video waits", "videos wait")
    on = "goes on by itself" if waiting == 1 else "go on by themselves"
    return headline, f"{used} {waits} and {on} then."
