"""Buying: the plans to choose from. Stripe's own page takes the money."""

from litestar import Router, get

from app.accounts.dependencies import Session
from app.billing.plans import INTERVALS, PLANS
from app.billing.standing import standing_of
from app.web.pages import Answer, AnyRequest, page, path_for, see_other, settings_of
from app.workspaces.dependencies import Member


@get("/billing/plans", name="billing.choose")
async def plans_page(request: AnyRequest, session: Session, member: Member) -> Answer:
    if not settings_of(request).sells:
        return see_other(path_for(request, "billing.page"))
    standing = await standing_of(session)
    return page(
        "billing/plans_page.html",
        standing=standing,
        plans=PLANS,
        interval=_interval(request),
        fits=request.query_params.get("plan", ""),
        can_buy=member.can_manage,
    )


def _interval(request: AnyRequest) -> str:
    asked = request.query_params.get("interval", "")
    return asked if asked in INTERVALS else "month"


purchase_router = Router("/", route_handlers=[plans_page])
