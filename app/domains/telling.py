"""Who is told how a domain stands: owner and admins, by a notice, and by a letter before harm."""

from collections.abc import Mapping
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plan_fits import Need, offer_for
from app.billing.plans import Plan
from app.db.base import now
from app.db.session import defer
from app.domains.models import CustomDomain
from app.domains.names import name_of
from app.domains.states import PLAN_ENDS_AFTER, withdrawn_at
from app.jobs.catalogue import SEND_LETTER
from app.mail.letters import LetterName
from app.phrases import plural
from app.settings import Settings
from app.workspaces.audit import record
from app.workspaces.members import list_members
from app.workspaces.models import Workspace
from app.workspaces.notices import News, tell_managers
from app.workspaces.service import record_activity

PATH = "/settings/domains"
LETTERS: dict[str, LetterName] = {
    "failing": "domain_failing",
    "withdrawn": "domain_withdrawn",
    "ending": "domain_plan_ending",
    "ended": "domain_plan_ended",
}


async def tell_verified(session: AsyncSession, domain: CustomDomain) -> None:
    """The workspace's feed says so, and those who look after it have a notice."""
    shown = name_of(domain.host).shown
    await record_activity(session, None, "domain.verified", domain.id, shown)
    await record(session, None, "domain.verified", thing=shown)
    text = "Links that you copy from now on name it. Those that you sent before still work."
    await tell_managers(
        session, News("good", f"{shown} shows your landing pages", text, PATH, "See your domains")
    )


async def tell_of_step(
    session: AsyncSession,
    settings: Settings,
    domain: CustomDomain,
    what: Literal["failing", "withdrawn"],
) -> None:
    """Owner and admins have a notice, and a letter on its way."""
    shown, days = name_of(domain.host).shown, settings.domain_withdraw_days
    if what == "failing":
        headline = f"The records of {shown} are gone"
        text = (
            f"{domain.problem} Put them back within {plural(days, 'day', 'days')}, or your landing "
            "pages are no longer shown there."
        )
        news = News("bad", headline, text, PATH, "See the records")
    else:
        headline = f"{shown} no longer shows your landing pages"
        text = "Its records were missing for too long. Links work at your workspace's own address."
        news = News("bad", headline, text, PATH, "See the records")
        await record_activity(session, None, "domain.withdrawn", domain.id, shown)
        await record(session, None, "domain.withdrawn", thing=shown)
    await tell_managers(session, news)
    context: dict[str, str | int] = {
        "problem": domain.problem,
        "ends_at": withdrawn_at(domain.told_at or now(), days).isoformat(),
        "days": days,
    }
    await _write(session, settings, domain, LETTERS[what], context)


async def tell_plan_end(
    session: AsyncSession,
    settings: Settings,
    domain: CustomDomain,
    plan: Plan,
    what: Literal["ending", "ended"],
) -> None:
    """The same for one that the plan has no longer: it ends on a day, or has ended."""
    shown, offer = name_of(domain.host).shown, offer_for(plan, Need(custom_domain=True))
    context: dict[str, str] = {"offer": offer.words if offer else ""}
    text = "Links work at your workspace's own address all the time."
    if what == "ending" and domain.plan_ends_at is not None:
        context["ends_at"] = domain.plan_ends_at.isoformat()
        days = plural(PLAN_ENDS_AFTER.days, "day", "days")
        headline = f"{shown} shows your landing pages for {days} more"
        text = f"Your plan has no domain of your own any more. {text}"
    else:
        headline = f"{shown} no longer shows your landing pages"
        await record_activity(session, None, "domain.withdrawn", domain.id, shown)
        text = f"Your plan has no domain of your own. {text}"
    news = News("bad" if what == "ended" else "warn", headline, text, PATH, "See your domains")
    await tell_managers(session, news)
    await _write(session, settings, domain, LETTERS[what], context)


async def _write(
    session: AsyncSession,
    settings: Settings,
    domain: CustomDomain,
    letter: LetterName,
    context: Mapping[str, str | int],
) -> None:
    """To the owner and all admins."""
    workspace = await session.get_one(Workspace, domain.workspace_id)
    home = settings.workspace_url(workspace.slug)
    whole = {
        **context,
        "host": name_of(domain.host).shown,
        "workspace_name": workspace.name,
        "home": home.partition("://")[2],
        "link": home + PATH,
    }
    for member in await list_members(session):
        if member.can_manage:
            defer(session, SEND_LETTER, letter=letter, to=member.user.email, context=whole)
