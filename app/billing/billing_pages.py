"""How a workspace pays: its plan, card and invoices, from our own copy of what Stripe says."""

from litestar import Router, get, post
from litestar.response import Template

from app.accounts.dependencies import Person, Session
from app.billing.billing_overview import Overview, read_overview
from app.billing.change_pages import change_router
from app.billing.dependencies import shop_of, url_of
from app.billing.overage_pages import overage_router
from app.billing.overage_shown import OverageShown, overage_shown
from app.billing.plan_words import dollars
from app.billing.purchase_pages import purchase_router
from app.billing.purchases import find_customer
from app.billing.stripe_api import StripeFailed
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other, settings_of
from app.workspaces.audit import record
from app.workspaces.dependencies import Member, require_manager
from app.workspaces.models import Membership


@get("/billing", name="billing.page")
async def billing_page(request: AnyRequest, session: Session, member: Member) -> Template:
    return await _page(request, session, member)


@post("/billing/portal", name="billing.portal")
async def portal_open(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    require_manager(member)
    shop, customer = shop_of(request), await find_customer(session)
    if customer is None or customer.is_deleted:
        return see_other(path_for(request, "billing.choose"))
    back = url_of(request, member, "billing.back")
    try:
        async with shop.in_time():
            url = await shop.purchases.open_portal(customer.stripe_id, back)
    except StripeFailed as failure:
        return await _page(request, session, member, failure)
    await record(session, person, "billing.portal_opened")
    return see_other(url)


@get("/billing/back", name="billing.back")
async def portal_return(request: AnyRequest, session: Session, member: Member) -> Answer:
    """From the portal, where anything may have been changed."""
    require_manager(member)
    customer = await find_customer(session)
    if customer is not None:
        await shop_of(request).look_again(customer.stripe_id)
    return see_other(path_for(request, "billing.page"))


@post("/billing/look", name="billing.look")
async def billing_look(request: AnyRequest, session: Session, member: Member) -> Answer:
    require_manager(member)
    shop, customer = shop_of(request), await find_customer(session)
    answer = see_other(path_for(request, "billing.page"))
    if customer is None or await shop.look_again(customer.stripe_id):
        return flash(answer, "good", "This is what Stripe says now.")
    return flash(answer, "warn", "Stripe does not answer right now. This page shows what it said.")


async def _page(
    request: AnyRequest,
    session: Session,
    member: Membership,
    failure: StripeFailed | None = None,
) -> Template:
    sells = settings_of(request).sells
    overview = await read_overview(session) if sells else None
    return page(
        "billing/billing_page.html",
        status=503 if failure else 200,
        sells=sells,
        overview=overview,
        overage=await _overage(session, overview) if overview else None,
        can_buy=member.can_manage,
        is_owner=member.is_owner,
        dollars=dollars,
        failure=str(failure or ""),
    )


async def _overage(session: Session, overview: Overview) -> OverageShown:
    return await overage_shown(session, overview.standing, overview.meter.used)


billing_router = Router(
    "/",
    route_handlers=[
        billing_page, portal_open, portal_return, billing_look, purchase_router, change_router,
        overage_router,
    ],
)  # fmt: skip
