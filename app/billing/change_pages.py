"""Another plan, the end of one, and taking back what was planned; all shown before it is done."""

from datetime import datetime
from typing import Any

from litestar import Router, get, post

from app.accounts.dependencies import Person, Session
from app.billing.choice_forms import ChangeForm, ChoiceForm
from app.billing.dependencies import Effects, shop_of
from app.billing.plan_changes import (
    ChangedMeanwhile,
    PaymentOpen,
    drop_planned_change,
    end_plan,
    make_change,
    preview_change,
)
from app.billing.plan_words import dollars, price_words
from app.billing.plans import FREE, get_plan
from app.billing.purchases import find_customer
from app.billing.running_plan import NothingToChange, get_running
from app.billing.shop import Shop
from app.billing.stripe_api import StripeFailed
from app.web.forms import Form, check_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other, settings_of
from app.workspaces.dependencies import Member, require_manager


@get("/billing/change", name="billing.change")
async def change_page(
    request: AnyRequest, session: Session, member: Member, effects: Effects
) -> Answer:
    require_manager(member)
    form = check_form(dict(request.query_params), ChoiceForm)
    if form.errors or not settings_of(request).sells:
        return see_other(path_for(request, "billing.choose"))
    return await _shown(request, session, effects, form)


@post("/billing/change", name="billing.make_change")
async def change_make(
    request: AnyRequest, session: Session, person: Person, member: Member, effects: Effects
) -> Answer:
    require_manager(member)
    shop, form = shop_of(request), await read_form(request, ChangeForm)
    if form.errors:
        return see_other(path_for(request, "billing.choose"))
    plan, interval, at = get_plan(form.data.plan), form.data.interval, form.data.at or None
    planned_at = await _planned_at(session)
    try:
        async with shop.in_time():
            was = await make_change(
                *(session, shop, person, plan, interval), seen_price_id=form.data.price, at=at
            )
    except (NothingToChange, ChangedMeanwhile, StripeFailed) as failure:
        form.add_error("", await _look_after(session, shop, failure, planned_at))
        return await _shown(request, session, effects, form, failure)
    await shop.look_again(was.customer_id)
    return _done(request, f"The plan is changed to {plan.name}, {price_words(plan, interval)}.")


@get("/billing/cancel", name="billing.cancel")
async def cancel_page(
    request: AnyRequest, session: Session, member: Member, effects: Effects
) -> Answer:
    require_manager(member)
    try:
        running = await get_running(session)
    except NothingToChange:
        return see_other(path_for(request, "billing.page"))
    ends_at = running.subscription.period_end
    found = await effects.of_change(session, FREE, ends_at)
    return page(
        "billing/cancel_page.html", running=running, ends_at=ends_at, effects=found, said=""
    )


@post("/billing/cancel", name="billing.make_cancel")
async def cancel_make(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    require_manager(member)
    return await _end(request, session, person, ends=True)


@post("/billing/keep", name="billing.keep")
async def cancel_undo(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    require_manager(member)
    return await _end(request, session, person, ends=False)


@post("/billing/planned/drop", name="billing.drop_planned")
async def planned_drop(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    require_manager(member)
    shop = shop_of(request)
    try:
        async with shop.in_time():
            running = await drop_planned_change(session, shop, person)
    except (NothingToChange, StripeFailed) as failure:
        return _failed(request, str(failure))
    await shop.look_again(running.customer_id)
    return _done(request, f"{running.plan.name} stays.")


async def _end(request: AnyRequest, session: Session, person: Person, *, ends: bool) -> Answer:
    shop, planned_at = shop_of(request), await _planned_at(session)
    try:
        async with shop.in_time():
            running = await end_plan(session, shop, person, ends=ends)
    except (NothingToChange, StripeFailed) as failure:
        return _failed(request, await _look_after(session, shop, failure, planned_at))
    await shop.look_again(running.customer_id)
    name = running.plan.name
    if not ends:
        return _done(request, f"{name} goes on.")
    undo = path_for(request, "billing.keep")
    return _done(request, f"{name} ends with its period.", undo=undo)


async def _shown(
    request: AnyRequest,
    session: Session,
    effects: Effects,
    form: Form[Any],
    failure: Exception | None = None,
) -> Answer:
    plan, interval, shop = get_plan(form.data.plan), form.data.interval, shop_of(request)
    try:
        running = await get_running(session)
        async with shop.in_time():
            change = await preview_change(session, shop, plan, interval)
    except NothingToChange as refusal:
        if failure is None:
            await _look_after(session, shop, refusal)
        return _failed(request, form.errors.get("", str(refusal)))
    except StripeFailed as failed:
        again = f"{path_for(request, 'billing.choose')}?plan={plan.key}&interval={interval}"
        return flash(see_other(again), "bad", form.errors.get("", str(failed)))
    return page(
        "billing/change_page.html",
        status=getattr(failure, "status", 503) if failure else 200,
        form=form,
        running=running,
        change=change,
        effects=await effects.of_change(session, plan, change.begins_at),
        dollars=dollars,
        price=price_words(plan, interval),
        asks_bank=isinstance(failure, StripeFailed) and failure.permanent,
    )


def _done(request: AnyRequest, text: str, *, undo: str | None = None) -> Answer:
    answer = see_other(path_for(request, "billing.page"))
    return flash(answer, "good", text, undo_path=undo)


def _failed(request: AnyRequest, said: str) -> Answer:
    return flash(see_other(path_for(request, "billing.page")), "bad", said)


async def _planned_at(session: Session) -> datetime | None:
    """When the change begins that is planned, as far as we know."""
    try:
        return (await get_running(session)).subscription.changes_at
    except NothingToChange:
        return None


async def _look_after(
    session: Session, shop: Shop, failure: Exception, planned_at: datetime | None = None
) -> str:
    """What is said of the failure, after another look at Stripe where what we know may be older:
    what was planned before may have been given up for what then was refused."""
    customer, is_known = await find_customer(session), True
    is_final = isinstance(failure, StripeFailed) and failure.permanent
    is_old = is_final or isinstance(failure, ChangedMeanwhile | PaymentOpen)
    if customer is not None and (is_old or planned_at):
        is_known = await shop.look_again(customer.stripe_id)
    if planned_at is None:
        return str(failure)
    if await _planned_at(session) is None:
        return f"{failure} The change that was planned is no longer planned."
    return str(failure) if is_known else f"{failure} The change that was planned may be given up."


change_router = Router(
    "/",
    route_handlers=[
        change_page, change_make, cancel_page, cancel_make, cancel_undo, planned_drop,
    ],
)  # fmt: skip
