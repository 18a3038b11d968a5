"""The analytics of one campaign, and who watches one of its videos at this moment."""

from uuid import UUID

from litestar import Router, get
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.dependencies import Session
from app.analytics.charts import funnel, percent
from app.analytics.curves import curve, retention, scene_shares
from app.analytics.figures import funnel_steps, left_out_of, read_days, read_reached
from app.analytics.heats import read_campaign_heat
from app.analytics.lead_ranks import rank_leads
from app.analytics.periods import CHOICES, read_period, spans
from app.analytics.samples import has_samples
from app.analytics.visit_lists import count_left_out, list_left_out, list_watchers
from app.analytics.visit_words import reason_words
from app.analytics.words import KINDS, curve_said, days_chart, funnel_said
from app.campaigns.service import get_campaign
from app.db.base import now
from app.templating import with_query
from app.web.pages import AnyRequest, page, path_for
from app.workspaces.dependencies import Member

ANALYTICS = "/campaigns/{campaign_id:uuid}/analytics"


@get(ANALYTICS, name="analytics.campaign")
async def campaign_analytics_page(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Template:
    campaign = await get_campaign(session, campaign_id)
    period = read_period(request.query_params.get("period"), now().date())
    own = path_for(request, "analytics.campaign", campaign_id=campaign.id)
    reached = (await read_reached(session, [campaign.id]))[campaign.id]
    steps = funnel(funnel_steps(reached))
    heat = await read_campaign_heat(session, campaign.id)
    shares = retention(heat.seconds, heat.plays)
    scenes = scene_shares(shares, heat.scenes)
    pieces = spans(await read_days(session, period, campaign.id), period)
    best, worst = await rank_leads(session, campaign.id)
    return page(
        "analytics/campaign_analytics_page.html",
        campaign=campaign,
        own=own,
        period=period,
        periods=[
            (key, label, with_query(own, period=key) + "#days")
            for key, (label, _days) in CHOICES.items()
        ],
        reached=reached,
        steps=steps,
        steps_said=funnel_said(steps),
        heat=heat,
        curve=curve(shares, heat.scenes, heat.length_s) if heat.plays else None,
        curve_said=curve_said(shares, scenes) if shares else "",
        shares=shares,
        scenes=scenes,
        pieces=pieces,
        drawn=days_chart(pieces),
        best=best,
        worst=worst,
        left_out=left_out_of(pieces),
        left_out_counts=await count_left_out(session, campaign.id, period),
        left_out_visits=await list_left_out(session, campaign.id),
        watchers=await list_watchers(session, campaign.id),
        has_samples=await has_samples(session, campaign.id),
        kinds=KINDS,
        reason_words=reason_words,
        percent=percent,
    )


@get(ANALYTICS + "/now", name="analytics.now")
async def analytics_watchers(
    session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Template:
    """Who watches now, as a part that the page fetches anew."""
    campaign = await get_campaign(session, campaign_id)
    return page(
        "analytics/_watchers.html",
        campaign=campaign,
        watchers=await list_watchers(session, campaign.id),
    )


campaign_analytics_router = Router(
    "/", route_handlers=[campaign_analytics_page, analytics_watchers]
)
