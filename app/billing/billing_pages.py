"""How a workspace pays: its plan, card and invoices, from our own copy of what Stripe says."""

from litestar import Router, get
from litestar.response import Template

from app.accounts.dependencies import Session
from app.billing.purchase_pages import purchase_router
from app.billing.standing import standing_of
from app.web.pages import AnyRequest, page, settings_of
from app.workspaces.dependencies import Member


@get("/billing", name="billing.page")
async def billing_page(request: AnyRequest, session: Session, member: Member) -> Template:
    return page(
        "billing/billing_page.html",
        sells=settings_of(request).sells,
        standing=await standing_of(session),
        can_buy=member.can_manage,
    )


billing_router = Router("/", route_handlers=[billing_page, purchase_router])
