"""Buying: the plans to choose from, the way to Stripe's page that takes the money, and back."""

from typing import Any

from litestar import Router, get, post

from app.accounts.dependencies import Person, Session
from app.billing.choice_forms import ChoiceForm
from app.billing.dependencies import shop_of, url_of
from app.billing.mirror import list_subscriptions
from app.billing.payment_state import payment_state
from app.billing.plan_choices import list_choices
from app.billing.plan_words import price_words
from app.billing.plans import INTERVALS, Interval, get_plan, workspace_plan
from app.billing.purchases import BoughtAlready, begin_checkout, find_customer, trial_days_of
from app.billing.running_plan import NothingToChange, Running, get_running
from app.billing.stripe_api import StripeFailed
from app.web.forms import Form, blank_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other, settings_of
from app.workspaces.dependencies import Member, require_manager
from app.workspaces.models import Membership

TRY_AGAIN = 503


@get("/billing/plans", name="billing.choose")
async def plans_page(request: AnyRequest, session: Session, member: Member) -> Answer:
    if not settings_of(request).sells:
        return see_other(path_for(request, "billing.page"))
    asked = request.query_params
    form = blank_form(plan=asked.get("plan"), interval=asked.get("interval"))
    return await _plans(session, member, form)


@post("/billing/checkout", name="billing.checkout")
async def checkout_begin(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    require_manager(member)
    shop = shop_of(request)
    form = await read_form(request, ChoiceForm)
    if form.errors:
        return await _plans(session, member, form, status=422)
    plan, interval = get_plan(form.data.plan), form.data.interval
    back = url_of(request, member, "billing.choose", plan=plan.key, interval=interval)
    returns = url_of(request, member, "billing.return")
    try:
        async with shop.in_time():
            url = await begin_checkout(
                *(session, shop, member.workspace, person, plan, interval),
                return_url=returns,
                cancel_url=back,
            )
        return see_other(url)
    except BoughtAlready as refusal:
        return await _to_what_is_bought(request, session, str(refusal))
    except StripeFailed as failure:
        form.add_error("", str(failure))
        return await _plans(session, member, form, status=TRY_AGAIN)


async def _to_what_is_bought(request: AnyRequest, session: Session, said: str) -> Answer:
    customer = await find_customer(session)
    if customer is not None:
        await shop_of(request).look_again(customer.stripe_id)
    return flash(see_other(path_for(request, "billing.page")), "info", said)


@get("/billing/return", name="billing.return")
async def checkout_return(request: AnyRequest, session: Session, member: Member) -> Answer:
    """Stripe is asked here and now: its webhook may come later, or never."""
    require_manager(member)
    customer = await find_customer(session)
    if customer is not None:
        await shop_of(request).look_again(customer.stripe_id)
    answer = see_other(path_for(request, "billing.page"))
    running = await _find_running(session)
    if running is None:
        said = "Your purchase is not confirmed yet. This page shows it as soon as Stripe tells us."
        return flash(answer, "info", said)
    return flash(answer, "good", f"{running.plan.name} is yours, and everything in it works now.")


async def _find_running(session: Session) -> Running | None:
    try:
        return await get_running(session)
    except NothingToChange:
        return None


async def _plans(
    session: Session, member: Membership, form: Form[Any], *, status: int = 200
) -> Answer:
    interval: Interval = "year" if form.values["interval"] == "year" else "month"
    running, trial_days = await _find_running(session), await trial_days_of(session)
    plan, _limits = await workspace_plan(session)
    payment = await payment_state(session, await list_subscriptions(session))
    return page(
        "billing/plans_page.html",
        status=status,
        form=form,
        choices=list_choices(
            *(interval, plan, running, trial_days), can_choose=not payment.is_trouble
        ),
        payment=payment,
        interval=interval,
        intervals=INTERVALS,
        running=running,
        trial_days=trial_days,
        can_buy=member.can_manage,
        price_words=price_words,
    )


purchase_router = Router("/", route_handlers=[plans_page, checkout_begin, checkout_return])
