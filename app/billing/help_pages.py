"""The page that tells a team how plans and paying work; it knows the plans and nobody's data."""

from litestar import Router, get

from app.billing.grace import GRACE_DAYS
from app.billing.plans import FREE, OVERAGE_CENTS, TRIAL_DAYS
from app.web.pages import Answer, AnyRequest, page, path_for, see_other, settings_of
from app.workspaces.dependencies import Member


@get("/help/billing", name="help.billing")
async def billing_help_page(request: AnyRequest, member: Member) -> Answer:
    if not settings_of(request).sells:
        return see_other(path_for(request, "help.page"))
    return page(
        "help/billing_help_page.html",
        free=FREE,
        trial_days=TRIAL_DAYS,
        grace_days=GRACE_DAYS,
        overage_cents=OVERAGE_CENTS,
    )


billing_help_router = Router("/", route_handlers=[billing_help_page])
