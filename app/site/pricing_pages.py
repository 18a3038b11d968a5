"""The public page of plans and prices, on the app's own host."""

from typing import Any

from litestar import Router, get
from litestar.params import FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Session
from app.accounts.models import User
from app.accounts.own_host import own_host_only
from app.billing.plan_words import dollars
from app.billing.plans import OVERAGE_CENTS, PLANS, TRIAL_DAYS, UNLIMITED, Interval
from app.site.pricing import Example, plan_cards, points_of
from app.templating import with_query
from app.web.pages import (
    Answer,
    AnyRequest,
    page,
    page_for_anybody,
    path_for,
    settings_of,
    state_of,
)
from app.workspaces.service import list_memberships


@get("/pricing", name="site.pricing", before_request=own_host_only)
async def pricing_page(request: AnyRequest, session: Session, by: FromQuery[str] = "") -> Answer:
    """What every plan has and costs; where nothing is sold, that there is nothing to pay."""
    interval: Interval = "year" if by == "year" else "month"
    shown = _shown(request, interval)
    person: User | None = state_of(request)["person"]
    if person is None:
        key = (interval, settings_of(request).sells)
        nobody: dict[str, Any] = {"way_in": None, "choose": {}}
        return page_for_anybody(request, "site/pricing_page.html", key, **shown, **nobody)
    way_in, choose = await _ways_in(request, session, person, interval)
    return page("site/pricing_page.html", **shown, way_in=way_in, choose=choose)


def _shown(request: AnyRequest, interval: Interval) -> dict[str, Any]:
    settings, own = settings_of(request), path_for(request, "site.pricing")
    return {
        "sells": settings.sells,
        "interval": interval,
        "intervals": [
            ("month", "Monthly", own),
            ("year", "Yearly", with_query(own, by="year")),
        ],
        "own_url": settings.base_url + own,
        "cards": plan_cards(interval),
        "free": PLANS[0],
        "unlimited_points": points_of(UNLIMITED),
        "trial_days": TRIAL_DAYS,
        "beyond": dollars(OVERAGE_CENTS),
        "example": Example(),
    }


async def _ways_in(
    request: AnyRequest, session: AsyncSession, person: User, interval: Interval
) -> tuple[tuple[str, str], dict[str, str]]:
    """Where a signed-in person pays, and how that is called; and where each plan is chosen. Who has
    several workspaces chooses one first; who has none makes one."""
    memberships = await list_memberships(session, person.id)
    if not memberships:
        return (path_for(request, "workspaces.new"), "Create a workspace"), {}
    if len(memberships) > 1:
        return (path_for(request, "workspaces.list"), "Your workspaces"), {}
    door = settings_of(request).workspace_url(memberships[0].workspace.slug)
    door += path_for(request, "hosts.enter")
    if not settings_of(request).sells:
        return (door, "Your workspace"), {}
    choices = path_for(request, "billing.choose")
    choose: dict[str, str] = {
        plan.key: with_query(door, next=with_query(choices, plan=plan.key, interval=interval))
        for plan in PLANS
        if plan.is_sold
    }
    return (with_query(door, next=path_for(request, "billing.page")), "Your billing"), choose


site_router = Router("/", route_handlers=[pricing_page])
