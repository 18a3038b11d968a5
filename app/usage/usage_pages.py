"""What a workspace used of its plan: the meter and the days of a period, for all members."""

from litestar import Router, get
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Session
from app.billing.meter import Meter, offer_beyond, reached_words, read_meter
from app.billing.overage import overage_units
from app.billing.standing import Standing, standing_of
from app.db.base import now
from app.renders.plan_prompt import PlanPrompt
from app.renders.plan_room import find_room
from app.renders.plan_waiting import count_waiting, offer_for_waiting
from app.renders.room_words import waiting_words
from app.templating import with_query
from app.usage.daily import read_period_usage
from app.usage.day_chart import UNITS, series_of, stacked_chart
from app.usage.ledger import find_periods
from app.usage.ledger_query import period_words, written_period
from app.usage.period_asked import read_period_asked
from app.web.forms import blank_form
from app.web.pages import AnyRequest, page, path_for, settings_of
from app.workspaces.dependencies import Member

SHOWN_CAMPAIGNS = 20


@get("/billing/usage", name="usage.page")
async def usage_page(request: AnyRequest, session: Session, member: Member) -> Template:
    query = request.query_params
    standing = await standing_of(session)
    starts = await find_periods(session, standing.period.start)
    asked = read_period_asked(query.get("period", ""), standing.period, starts, now())
    usage = await read_period_usage(session, asked.start)
    meter = await read_meter(session, standing)
    prompt = await _prompt(session, standing, meter)
    unit = "minutes" if query.get("by") == "minutes" else "videos"
    series = series_of(usage.campaigns, unit)
    own = path_for(request, "usage.page")
    return page(
        "usage/usage_page.html",
        asked=asked,
        own=own,
        form=blank_form(period=asked.key, by=unit),
        periods=[(written_period(each), period_words(each)) for each in starts[1:]],
        meter=meter,
        usage=usage,
        unit=unit,
        units=[
            (key, each[2], with_query(own, period=asked.key, by=key)) for key, each in UNITS.items()
        ],
        series=series,
        days=asked.days,
        chart=stacked_chart(series, asked.days, unit),
        shown=usage.campaigns[:SHOWN_CAMPAIGNS],
        sells=settings_of(request).sells,
        can_manage=member.can_manage,
        prompt=prompt,
    )


async def _prompt(session: AsyncSession, standing: Standing, meter: Meter) -> PlanPrompt | None:
    """Of videos that wait, as other pages say it; else where the plan's end is near."""
    if waiting := await count_waiting(session):
        room = await find_room(session, standing)
        offer = await offer_for_waiting(session, room, waiting)
        return PlanPrompt(waiting_words(waiting, room), offer)
    if not (meter.videos.state or meter.seconds.state):
        return None
    goes_on = await overage_units(session, standing) > 0
    return PlanPrompt(reached_words(meter, goes_on=goes_on), offer_beyond(meter))


usage_router = Router("/", route_handlers=[usage_page])
