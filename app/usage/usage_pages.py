"""What a workspace used of its plan: the meter of the period and its days, for all members."""

from datetime import timedelta

from litestar import Router, get
from litestar.response import Template

from app.accounts.dependencies import Session
from app.billing.meter import offer_beyond, reached_words, read_meter
from app.billing.overage import overage_units
from app.billing.standing import standing_of
from app.db.base import now
from app.templating import with_query
from app.usage.daily import days_of, read_period_usage
from app.usage.day_chart import UNITS, series_of, stacked_chart
from app.web.pages import AnyRequest, page, path_for, settings_of
from app.workspaces.dependencies import Member

SHOWN_CAMPAIGNS = 20


@get("/billing/usage", name="usage.page")
async def usage_page(request: AnyRequest, session: Session, member: Member) -> Template:
    standing = await standing_of(session)
    meter = await read_meter(session, standing)
    usage = await read_period_usage(session, meter.period.start)
    unit = "minutes" if request.query_params.get("by") == "minutes" else "videos"
    # A period ends with the moment at which the next begins.
    last = min(now(), meter.period.end - timedelta(microseconds=1))
    days = days_of(meter.period.start.date(), last.date())
    series = series_of(usage.campaigns, unit)
    own = path_for(request, "usage.page")
    return page(
        "usage/usage_page.html",
        meter=meter,
        usage=usage,
        unit=unit,
        units=[(key, each[2], with_query(own, by=key)) for key, each in UNITS.items()],
        series=series,
        days=days,
        chart=stacked_chart(series, days, unit),
        shown=usage.campaigns[:SHOWN_CAMPAIGNS],
        sells=settings_of(request).sells,
        can_manage=member.can_manage,
        reached=reached_words(meter, goes_on=await overage_units(session, standing) > 0),
        offer=offer_beyond(meter),
    )


usage_router = Router("/", route_handlers=[usage_page])
