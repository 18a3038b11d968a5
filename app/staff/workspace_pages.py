"""The staff's pages of teams' workspaces: all of them, and one with what may be done to it.

On the app's own host, for those in STAFF_EMAILS; what they show and do goes through the operators'
services of app/jobs, which alone may look into every workspace.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app.accounts.acting import is_staff
from app.accounts.dependencies import Person
from app.accounts.own_host import own_host_only
from app.billing.dependencies import shop_of
from app.jobs.operator_acting import begin_acting
from app.jobs.operator_workspace import credit_found, read_workspace, resume_found, suspend_found
from app.jobs.operator_workspaces import WantedWorkspaces, list_workspaces
from app.phrases import plural
from app.staff import workspace_words
from app.staff.access import require_staff
from app.staff.workspace_forms import ActingForm, CreditForm, ReasonForm, check_credit
from app.web.forms import Form, blank_form, read_form
from app.web.pages import (
    Answer,
    AnyRequest,
    flash,
    page,
    path_for,
    see_other,
    settings_of,
    state_of,
)
from app.web.refusals import NotFound

ROWS = 50
WORDS_CHARS = 100
ONE = "/staff/workspaces/{workspace_id:uuid}"


@get("/staff/workspaces", name="staff.workspaces")
async def staff_workspaces_page(
    request: AnyRequest, person: Person, before: FromQuery[UUID | None] = None
) -> Template:
    require_staff(settings_of(request), person)
    wanted = _wanted(request)
    found = await list_workspaces(
        request.app.state.database, wanted, at_most=ROWS + 1, before=before
    )
    return page(
        "staff/workspaces_page.html",
        wanted=wanted,
        found=found[:ROWS],
        older=found[ROWS - 1].workspace_id if len(found) > ROWS else None,
        is_first=before is None,
        words=workspace_words,
    )


@get(ONE, name="staff.workspace")
async def staff_workspace_page(
    request: AnyRequest, person: Person, workspace_id: FromPath[UUID]
) -> Template:
    require_staff(settings_of(request), person)
    return await _page(request, workspace_id)


@post(ONE + "/credit", name="staff.credit")
async def staff_workspace_credit(
    request: AnyRequest, person: Person, workspace_id: FromPath[UUID]
) -> Answer:
    require_staff(settings_of(request), person)
    form = await read_form(request, CreditForm)
    check_credit(form)
    if form.errors:
        return await _page(request, workspace_id, credit=form)
    gone_on = await credit_found(
        request.app.state.database, workspace_id, **dict(form.data), staff_id=person.id
    )
    also = f" {plural(gone_on, 'video', 'videos')} that waited went on." if gone_on else ""
    return flash(_back(request, workspace_id), "good", f"The credit is given.{also}")


@post(ONE + "/suspend", name="staff.suspend")
async def staff_workspace_suspend(
    request: AnyRequest, person: Person, workspace_id: FromPath[UUID]
) -> Answer:
    require_staff(settings_of(request), person)
    form = await read_form(request, ReasonForm)
    if form.errors:
        return await _page(request, workspace_id, suspension=form)
    database, reason = request.app.state.database, form.data.reason
    await suspend_found(database, workspace_id, reason=reason, staff_id=person.id)
    return flash(_back(request, workspace_id), "good", "The workspace is suspended.")


@post(ONE + "/resume", name="staff.resume")
async def staff_workspace_resume(
    request: AnyRequest, person: Person, workspace_id: FromPath[UUID]
) -> Answer:
    require_staff(settings_of(request), person)
    form = await read_form(request, ReasonForm)
    if form.errors:
        return await _page(request, workspace_id, suspension=form)
    database, reason = request.app.state.database, form.data.reason
    await resume_found(database, workspace_id, reason=reason, staff_id=person.id)
    return flash(_back(request, workspace_id), "good", "The workspace goes on.")


@post(ONE + "/fetch", name="staff.fetch")
async def staff_workspace_fetch(
    request: AnyRequest, person: Person, workspace_id: FromPath[UUID]
) -> Answer:
    """Stripe is asked now. Where it does not answer, what it said last stays."""
    require_staff(settings_of(request), person)
    facts = await read_workspace(request.app.state.database, workspace_id)
    if facts.customer is None:
        raise NotFound
    if await shop_of(request).look_again(facts.customer.stripe_id):
        return flash(_back(request, workspace_id), "good", "This is what Stripe says now.")
    text = "Stripe did not answer. What it said last stays; try again in a minute."
    return flash(_back(request, workspace_id), "warn", text)


@post(ONE + "/act-as", name="staff.act_as")
async def staff_workspace_act_as(
    request: AnyRequest, person: Person, workspace_id: FromPath[UUID]
) -> Answer:
    """To the workspace's own host, as the member, for an hour."""
    settings = settings_of(request)
    require_staff(settings, person)
    form = await read_form(request, ActingForm)
    if form.errors:
        return await _page(request, workspace_id, acting_as=form)
    slug, token = await begin_acting(
        *(request.app.state.database, settings, person, state_of(request)["device_id"]),
        **{"workspace_id": workspace_id, **dict(form.data)},
    )
    query = urlencode({"next": "/campaigns", "act_as": token})
    return see_other(f"{settings.workspace_url(slug)}{path_for(request, 'hosts.enter')}?{query}")


async def _page(request: AnyRequest, workspace_id: UUID, **forms: Form[Any]) -> Template:
    settings = settings_of(request)
    facts = await read_workspace(request.app.state.database, workspace_id)
    return page(
        "staff/workspace_page.html",
        status=422 if forms else 200,
        facts=facts,
        workspace_url=settings.workspace_url(facts.workspace.slug),
        choices=[
            (each.user_id, f"{each.user.shown_name} · {each.role}")
            for each in facts.members
            if not is_staff(settings, each.user)
        ],
        sells=settings.sells,
        credit=forms.get("credit") or blank_form(),
        suspension=forms.get("suspension") or blank_form(),
        acting_as=forms.get("acting_as") or blank_form(),
        words=workspace_words,
    )


def _wanted(request: AnyRequest) -> WantedWorkspaces:
    """What the URL asks for; what makes no sense is left out."""
    asked = request.query_params
    plan, how = asked.get("plan", ""), asked.get("how", "")
    return WantedWorkspaces(
        words=asked.get("q", "").replace("\0", "").strip()[:WORDS_CHARS],
        plan=plan if plan in dict(workspace_words.PLAN_CHOICES) else "",
        how=how if how in dict(workspace_words.HOW_CHOICES) else "",
    )


def _back(request: AnyRequest, workspace_id: UUID) -> Answer:
    return see_other(path_for(request, "staff.workspace", workspace_id=workspace_id))


staff_workspace_router = Router(
    "/",
    before_request=own_host_only,
    route_handlers=[
        staff_workspaces_page,
        staff_workspace_page,
        staff_workspace_credit,
        staff_workspace_suspend,
        staff_workspace_resume,
        staff_workspace_fetch,
        staff_workspace_act_as,
    ],
)
