"""The owner's choice of how much may be used beyond the plan."""

from typing import Any

from litestar import Router, get, post
from pydantic import Field

from app.accounts.dependencies import Person, Session
from app.billing.dependencies import shop_of
from app.billing.overage import choose_cap
from app.billing.overage_shown import OverageShown, overage_shown
from app.billing.plan_words import dollars
from app.billing.standing import standing_of
from app.web.forms import Form, FormModel, blank_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other
from app.workspaces.dependencies import Member, require_owner

MOST_DOLLARS = 10_000


class CapForm(FormModel):
    """Whole dollars; nothing is charged above it."""

    cap: int = Field(title="an amount in whole dollars", ge=1, le=MOST_DOLLARS)


@get("/billing/overage", name="billing.overage")
async def overage_page(request: AnyRequest, session: Session, member: Member) -> Answer:
    require_owner(member)
    shop_of(request)
    shown = await overage_shown(session, await standing_of(session))
    cap = str(shown.cap_cents // 100) if shown.is_allowed else "50"
    return _page(shown, blank_form(cap=cap))


@post("/billing/overage", name="billing.set_overage")
async def overage_set(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    require_owner(member)
    shop_of(request)
    form, standing = await read_form(request, CapForm), await standing_of(session)
    shown = await overage_shown(session, standing)
    if shown.why_not:
        form.add_error("", shown.why_not)
    if form.errors:
        return _page(shown, form)
    await choose_cap(session, standing, person, cents=form.data.cap * 100)
    said = f"Up to {dollars(form.data.cap * 100)} may be used beyond the plan in each period."
    return flash(see_other(path_for(request, "billing.page")), "good", said)


@post("/billing/overage/stop", name="billing.stop_overage")
async def overage_stop(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    require_owner(member)
    shop_of(request)
    await choose_cap(session, await standing_of(session), person, cents=0)
    said = "Nothing more is used beyond the plan. What was used is on the next invoice."
    return flash(see_other(path_for(request, "billing.page")), "good", said)


def _page(shown: OverageShown, form: Form[Any]) -> Answer:
    status = 422 if form.errors else 200
    return page("billing/overage_page.html", status=status, overage=shown, form=form)


overage_router = Router("/", route_handlers=[overage_page, overage_set, overage_stop])
