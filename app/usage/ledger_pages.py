"""The ledger on a page and as files, for all members."""

from litestar import Router, get
from litestar.response import Stream, Template

from app.accounts.dependencies import Session
from app.billing.standing import current_period
from app.db.base import now
from app.templating import with_query
from app.usage.daily import read_period_usage
from app.usage.ledger import find_campaigns, find_periods, read_ledger
from app.usage.ledger_export import days_export, ledger_export
from app.usage.ledger_query import (
    filter_chips,
    period_words,
    read_ledger_asked,
    written_period,
    written_place,
)
from app.usage.ledger_words import KINDS, reason_words
from app.usage.period_asked import read_period_asked
from app.web.forms import blank_form
from app.web.pages import AnyRequest, csv_file, page, path_for
from app.workspaces.dependencies import Member


@get("/billing/usage/ledger", name="usage.ledger")
async def ledger_page(request: AnyRequest, session: Session, member: Member) -> Template:
    current = (await current_period(session)).start
    periods = await find_periods(session, current)
    asked = read_ledger_asked(request.query_params, current, periods)
    found = await read_ledger(session, asked.wanted, after=asked.after, before=asked.before)
    campaigns = await find_campaigns(session)
    own, query = path_for(request, "usage.ledger"), asked.query
    chips = filter_chips(asked, dict(campaigns))
    answer = page(
        "usage/ledger_page.html",
        found=found,
        own=own,
        form=blank_form(**query),
        periods=[(written_period(each), period_words(each)) for each in periods if each != current],
        campaigns=campaigns,
        kinds=KINDS,
        reason_words=reason_words,
        chips=[(text, with_query(own, **query | change)) for text, change in chips],
        newer_url=_lead_on(own, query, before=written_place(found.newer)),
        older_url=_lead_on(own, query, after=written_place(found.older)),
        file=with_query(path_for(request, "usage.ledger_file"), **query),
        all_url=with_query(own, period="all"),
    )
    place = {"after": written_place(asked.after), "before": written_place(asked.before)}
    answer.headers["HX-Push-Url"] = with_query(own, **query, **place)
    return answer


@get("/billing/usage/ledger.csv", name="usage.ledger_file")
async def ledger_file(request: AnyRequest, session: Session, member: Member) -> Stream:
    """The entries that the same filter shows on the page, all of them."""
    current = (await current_period(session)).start
    periods = await find_periods(session, current)
    asked = read_ledger_asked(request.query_params, current, periods)
    name = f"{member.workspace.slug}-ledger.csv"
    return csv_file(request, member.workspace_id, ledger_export(asked.wanted), name)


@get("/billing/usage/days.csv", name="usage.days_file")
async def usage_days_file(request: AnyRequest, session: Session, member: Member) -> Stream:
    """Each day of a period with each campaign that used something on it."""
    current = await current_period(session)
    starts = await find_periods(session, current.start)
    asked = read_period_asked(request.query_params.get("period", ""), current, starts, now())
    usage = await read_period_usage(session, asked.start)
    name = f"{member.workspace.slug}-usage-{asked.start:%Y-%m-%d}.csv"
    return csv_file(request, member.workspace_id, days_export(usage), name)


def _lead_on(own: str, query: dict[str, str], **place: str | None) -> str | None:
    return with_query(own, **query, **place) if any(place.values()) else None


ledger_router = Router("/", route_handlers=[ledger_page, ledger_file, usage_days_file])
