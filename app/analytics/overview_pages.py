"""The analytics of a workspace: totals over time, and its campaigns side by side."""

from litestar import Router, get
from litestar.response import Template

from app.accounts.dependencies import Session
from app.analytics.charts import percent, rounded, share
from app.analytics.figures import compare_campaigns, left_out_of, read_days
from app.analytics.periods import CHOICES, read_period, spans, total
from app.analytics.samples import has_samples
from app.analytics.words import days_chart, stats_of
from app.db.base import now
from app.templating import with_query
from app.web.pages import AnyRequest, page, path_for
from app.web.paging import whole_number
from app.workspaces.dependencies import Member


@get("/analytics", name="analytics.list")
async def analytics_page(request: AnyRequest, session: Session, member: Member) -> Template:
    asked = request.query_params
    period = read_period(asked.get("period"), now().date())
    days = await read_days(session, period.with_before)
    compared, window = await compare_campaigns(
        session, period, whole_number(asked.get("page"), default=1)
    )
    own = path_for(request, "analytics.list")
    pieces = spans({day: each for day, each in days.items() if period.holds(day)}, period)
    before = period.before
    return page(
        "analytics/analytics_page.html",
        period=period,
        periods=[
            (key, label, with_query(own, period=key)) for key, (label, _days) in CHOICES.items()
        ],
        stats=stats_of(
            total(each.counts for each in pieces),
            total(each for day, each in days.items() if before.holds(day)) if before else None,
        ),
        pieces=pieces,
        drawn=days_chart(pieces),
        left_out=left_out_of(pieces),
        compared=compared,
        pager=window.pager(lambda number: with_query(own, period=period.key, page=number)),
        has_samples=await has_samples(session),
        own=own,
        percent=percent,
        wide=lambda part, whole: rounded(100 * share(part, whole)),
    )


overview_router = Router("/", route_handlers=[analytics_page])
