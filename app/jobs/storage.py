"""Looks after how long videos are kept: tells teams what goes, twice, and then removes it.

A letter that did not leave is tried again by the next round, and nothing goes before it has.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plan_fits import Need, offer_for
from app.billing.plans import workspace_plan
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import REMOVE_MEDIA, SEND_LETTER
from app.jobs.parts import Parts
from app.jobs.services import Services
from app.mail.letters import LetterName, Value, date_words, write_letter
from app.mail.send import MailNotSent
from app.phrases import plural
from app.renders.storage_days import (
    REMOVED_AT_ONCE,
    GoingDay,
    Round,
    find_moment,
    lengthen_storage,
    list_going,
    list_workspaces,
    mark_told,
    remove_outlived,
)
from app.workspaces.members import list_members
from app.workspaces.models import Workspace
from app.workspaces.notices import News, tell_managers

log = structlog.get_logger()

STORAGE_CRON = "17 * * * *"
ROUNDS: tuple[Round, ...] = ("told", "reminded")
PATH = "/campaigns"
LETTER: LetterName = "videos_going"


async def keep_storage(services: Services) -> None:
    """Each workspace by itself: what fails for one keeps no other one from it."""
    async with services.database.session(every_workspace=True) as session:
        found = await list_workspaces(session)
    parts = Parts("storage.not_kept")
    for workspace_id in found:
        with parts.part(workspace_id=str(workspace_id)):
            await _keep_of(services, workspace_id)
    parts.raise_first()


async def _keep_of(services: Services, workspace_id: UUID) -> None:
    async with services.database.session(workspace_id=workspace_id) as session:
        # A larger plan counts, however it was told.
        await lengthen_storage(session)
    for what in ROUNDS:
        await _tell(services, workspace_id, what)
    gone = REMOVED_AT_ONCE
    while gone == REMOVED_AT_ONCE:
        async with services.database.session(workspace_id=workspace_id) as session:
            removed = await remove_outlived(session)
            for each in removed:
                defer(session, REMOVE_MEDIA, prefix=each.prefix)
        gone = len(removed)
        if removed:
            log.info("videos.outlived", workspace_id=str(workspace_id), count=gone)


async def _tell(services: Services, workspace_id: UUID, what: Round) -> None:
    """Letters leave without a transaction; only then it is kept that they did."""
    async with services.database.session(workspace_id=workspace_id) as session:
        moment = await find_moment(session)
        going = await list_going(session, what, moment)
        letters = await _letters(services, session, going) if going else {}
    if not going:
        return
    missed = await _send(services, letters)
    async with services.database.session(workspace_id=workspace_id) as session:
        await mark_told(session, what, moment)
        for to in missed:
            defer(session, SEND_LETTER, letter=LETTER, to=to, context=letters[to])
        words = "A larger plan keeps them longer. What you want to keep can be downloaded."
        news = News("warn", _headline(going), words, PATH, "See your campaigns")
        await tell_managers(session, news)
    count = sum(each.videos for each in going)
    log.info("videos.end_told", workspace_id=str(workspace_id), what=what, count=count)


async def _send(services: Services, letters: Mapping[str, dict[str, Value]]) -> list[str]:
    """Whom theirs has not reached yet. Raises MailNotSent when it reached nobody."""
    missed: list[str] = []
    failed: MailNotSent | None = None
    for to, context in letters.items():
        try:
            await services.mailer.send(write_letter(LETTER, to, **context))
        except MailNotSent as error:
            missed.append(to)
            failed = error
    if failed is not None and len(missed) == len(letters):
        raise failed
    return missed


async def _letters(
    services: Services, session: AsyncSession, going: Sequence[GoingDay]
) -> dict[str, dict[str, Value]]:
    """What each is told: the owner and all admins."""
    plan, _ = await workspace_plan(session)
    workspace = await session.get_one(Workspace, workspace_of(session))
    offer = offer_for(plan, Need(storage_days=(plan.storage_days or 0) + 1))
    context: dict[str, Value] = {
        "headline": _headline(going),
        "going": [
            {
                "day": date_words(each.day),
                "told": f"{plural(each.videos, 'video', 'videos')} of “{each.campaign}”",
            }
            for each in going
        ],
        "offer": offer.words if offer else "",
        "workspace_name": workspace.name,
        "link": services.settings.workspace_url(workspace.slug) + PATH,
    }
    members = await list_members(session)
    return {member.user.email: context for member in members if member.can_manage}


def _headline(going: Sequence[GoingDay]) -> str:
    count = sum(each.videos for each in going)
    begins = "goes" if count == 1 else "go"
    first = date_words(going[0].day)
    if going[0].day == going[-1].day:
        return f"{plural(count, 'video', 'videos')} {begins} on {first}"
    return f"{plural(count, 'video', 'videos')} {begins} from {first} on"
