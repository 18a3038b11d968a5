"""The staff's page of all teams' videos: workers, queue, failures, and a list to act on.

It is on the app's own host, for those in STAFF_EMAILS. What it shows and does goes through the
operators' services of app/jobs, which alone may look into every workspace.
"""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from app.accounts.dependencies import Person
from app.accounts.own_host import own_host_only
from app.jobs.operator_acts import cancel_found, requeue_found
from app.jobs.operator_figures import read_figures
from app.jobs.operator_renders import (
    FoundRender,
    RenderUnknown,
    Wanted,
    get_renders,
    list_renders,
)
from app.renders.fault_words import fault_label
from app.staff.access import require_staff
from app.staff.render_words import STATES, alarm, span, state_badge, worker_badge
from app.web.pages import (
    Answer,
    AnyRequest,
    flash,
    page,
    path_for,
    safe_next_path,
    see_other,
    settings_of,
)
from app.web.refusals import NotFound

ROWS = 50
TEXT_CHARS = 100  # no workspace's address and no code is longer


@get("/staff", name="staff.page")
async def staff_page(request: AnyRequest, person: Person) -> Redirect:
    require_staff(settings_of(request), person)
    return see_other(path_for(request, "staff.renders"))


@get("/staff/renders", name="staff.renders")
async def staff_renders_page(
    request: AnyRequest, person: Person, before: FromQuery[UUID | None] = None
) -> Template:
    require_staff(settings_of(request), person)
    database = request.app.state.database
    wanted = _wanted(request)
    found = await list_renders(database, wanted, at_most=ROWS + 1, before=before)
    figures = await read_figures(database)
    return page(
        "staff/renders_page.html",
        figures=figures,
        alarm=alarm(figures),
        wanted=wanted,
        renders=found[:ROWS],
        older=found[ROWS - 1].render_id if len(found) > ROWS else None,
        is_first=before is None,
        states=STATES,
        words={
            "fault_label": fault_label,
            "span": span,
            "state_badge": state_badge,
            "worker_badge": worker_badge,
        },
    )


@post("/staff/renders/{render_id:uuid}/requeue", name="staff.requeue")
async def staff_render_requeue(
    request: AnyRequest, person: Person, render_id: FromPath[UUID]
) -> Answer:
    render = await _render(request, person, render_id)
    database = request.app.state.database
    count = await requeue_found(database, [render], by=str(person.id), staff_id=person.id)
    if count:
        return flash(await _back(request), "good", f"{_named(render)} waits to be made again.")
    return flash(
        await _back(request),
        "warn",
        f"{_named(render)} was left as it is: it is under way or ready, its lead is gone, or a "
        "later video took its place.",
    )


@post("/staff/renders/{render_id:uuid}/cancel", name="staff.cancel")
async def staff_render_cancel(
    request: AnyRequest, person: Person, render_id: FromPath[UUID]
) -> Answer:
    render = await _render(request, person, render_id)
    database = request.app.state.database
    cancelled = await cancel_found(database, [render], by=str(person.id), staff_id=person.id)
    if cancelled.ended:
        return flash(await _back(request), "good", f"{_named(render)} is cancelled.")
    if cancelled.ending:
        return flash(await _back(request), "good", f"{_named(render)} ends within seconds.")
    return flash(await _back(request), "warn", f"{_named(render)} had ended before.")


def _wanted(request: AnyRequest) -> Wanted:
    """What the URL asks for; what makes no sense is left out."""
    asked = request.query_params
    state = asked.get("state", "")
    return Wanted(
        state=state if state in dict(STATES) else "",
        workspace=asked.get("workspace", "").strip().lower()[:TEXT_CHARS],
        error_code=asked.get("error", "")[:TEXT_CHARS],
    )


async def _render(request: AnyRequest, person: Person, render_id: UUID) -> FoundRender:
    require_staff(settings_of(request), person)
    try:
        (render,) = await get_renders(request.app.state.database, [render_id])
    except RenderUnknown:
        raise NotFound from None
    return render


async def _back(request: AnyRequest) -> Redirect:
    sent = await request.form()
    path = safe_next_path(str(sent.get("next", "")))
    return see_other(path if path != "/" else path_for(request, "staff.renders"))


def _named(render: FoundRender) -> str:
    return f"The video of {render.lead}" if render.lead else f"The video of row {render.row}"


staff_router = Router(
    "/",
    before_request=own_host_only,
    route_handlers=[staff_page, staff_renders_page, staff_render_requeue, staff_render_cancel],
)
