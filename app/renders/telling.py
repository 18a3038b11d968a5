"""Who is told that a batch has ended: a notice for whoever asked, a letter if they left."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.accounts.notifications import wants
from app.db.base import now
from app.db.session import defer
from app.jobs.catalogue import SEND_LETTER
from app.phrases import plural
from app.renders.batch_summary import BatchSummary
from app.settings import Settings
from app.workspaces.models import Activity, Workspace
from app.workspaces.notices import News, tell_person

# Who pressed something on the campaign's videos so short a time ago still looks at them. So what is
# tried again one by one, or is done at once, sends no letters.
STILL_THERE = timedelta(minutes=2)


async def tell_who_asked(session: AsyncSession, settings: Settings, summary: BatchSummary) -> None:
    """The person who asked has a notice, and a letter on its way where they want that kind.

    Nobody is told of a batch that was cancelled as a whole, or that somebody asked for who is no
    longer on the team.
    """
    user = await session.get(User, summary.requested_by_id) if summary.requested_by_id else None
    if user is None or not summary.is_worth_telling:
        return
    if not await tell_person(session, user.id, _news(summary)):
        return
    if _is_wanted(user, summary) and not await _is_still_there(session, user, summary):
        workspace = await session.get_one(Workspace, session.info["workspace_id"])
        context = letter_context(summary, workspace, settings)
        defer(session, SEND_LETTER, letter="render_batch_ended", to=user.email, context=context)


def letter_context(
    summary: BatchSummary, workspace: Workspace, settings: Settings
) -> dict[str, Any]:
    """What letters/render_batch_ended needs."""
    home = settings.workspace_url(workspace.slug)
    return {
        "headline": summary.subject,
        "counts": summary.counts,
        "faults": [
            {
                "why": each.why,
                "who": each.who if summary.videos > 1 else "",
                "fix": each.fix,
                "link": home + each.path,
            }
            for each in summary.faults
        ],
        "workspace_name": workspace.name,
        "step": summary.step,
        "link": home + summary.path,
        "settings_link": home + "/settings/notifications",
    }


def _news(summary: BatchSummary) -> News:
    kind: Any = "good" if not summary.failed else "warn" if summary.completed else "bad"
    all_are_ready = summary.completed == summary.videos
    said = [] if all_are_ready else [summary.counts]
    if summary.videos == 1:
        said = []
    for each in summary.faults[:1]:
        whom = f"{each.who}: " if summary.videos > 1 else ""
        said.append(f"{whom}{each.why} {each.fix}".rstrip())
    if more := len(summary.faults[1:]):
        said.append(f"{plural(more, 'other reason', 'other reasons')} beside that.")
    return News(kind, summary.subject, " ".join(said), summary.path, summary.step)


def _is_wanted(user: User, summary: BatchSummary) -> bool:
    """One letter says both; who wants only failures hears of nothing else."""
    if summary.failed and wants(user, "render_failed"):
        return True
    return bool(summary.completed) and wants(user, "render_done")


async def _is_still_there(session: AsyncSession, user: User, summary: BatchSummary) -> bool:
    pressed = await session.scalar(
        select(Activity.id)
        .where(
            Activity.created_at > now() - STILL_THERE,
            Activity.user_id == user.id,
            Activity.thing_id == summary.campaign_id,
            Activity.verb.like("videos.%"),
        )
        .limit(1)
    )
    return pressed is not None
