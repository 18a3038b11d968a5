"""One facecam: watched, trimmed, prepared again."""

from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app.accounts.dependencies import Session
from app.facecams.captions import list_captions
from app.facecams.languages import LANGUAGES, language_name
from app.facecams.library import (
    LEAST_S,
    TrimInvalid,
    can_retry,
    find_uploader,
    get_facecam,
    retry_facecam,
    trim_facecam,
)
from app.facecams.models import Facecam
from app.web.forms import FormModel, blank_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other
from app.workspaces.dependencies import Member


class TrimForm(FormModel):
    start_s: float = Field(title="where it starts, in seconds", ge=0, allow_inf_nan=False)
    end_s: float = Field(title="where it ends, in seconds", ge=0, allow_inf_nan=False)


@get("/facecams/{facecam_id:uuid}", name="facecams.facecam")
async def facecam_page(session: Session, member: Member, facecam_id: FromPath[UUID]) -> Template:
    return await show_facecam(session, await get_facecam(session, facecam_id))


@post("/facecams/{facecam_id:uuid}/trim", name="facecams.trim")
async def facecam_trim(
    request: AnyRequest, session: Session, member: Member, facecam_id: FromPath[UUID]
) -> Answer:
    facecam = await get_facecam(session, facecam_id, for_update=True)
    form = await read_form(request, TrimForm)
    if not form.errors:
        try:
            await trim_facecam(session, facecam, form.data.start_s, form.data.end_s)
        except TrimInvalid as refusal:
            form.add_error(refusal.field, str(refusal))
    if form.errors:
        return await show_facecam(session, facecam, status=422, form=form)
    return flash(see_other(_path(request, facecam)), "good", "Saved. Videos use this part.")


@post("/facecams/{facecam_id:uuid}/retry", name="facecams.retry")
async def facecam_retry(
    request: AnyRequest, session: Session, member: Member, facecam_id: FromPath[UUID]
) -> Answer:
    facecam = await get_facecam(session, facecam_id, for_update=True)
    await retry_facecam(session, facecam)
    return see_other(_path(request, facecam))


async def show_facecam(
    session: Session, facecam: Facecam, *, status: int = 200, **context: Any
) -> Template:
    """Its page. `form` is the trim as typed; `caption_form` what was sent with captions;
    `used_by` (name, url) of campaigns that need it."""
    captions = await list_captions(session, facecam.id)
    shown = {"form": _trim_of(facecam), "caption_form": blank_form(), "used_by": []} | context
    return page(
        "facecams/facecam_page.html",
        status=status,
        facecam=facecam,
        uploader=await find_uploader(session, facecam),
        can_retry=can_retry(facecam),
        least_s=LEAST_S,
        captions=captions,
        languages=[("", "Choose the language"), *((tag, name) for tag, name, _ in LANGUAGES)],
        language_name=language_name,
        **shown,
    )


def _trim_of(facecam: Facecam) -> Any:
    end_s = facecam.trim_end_s or facecam.duration_s or 0.0
    return blank_form(start_s=f"{facecam.trim_start_s:.1f}", end_s=f"{end_s:.1f}")


def _path(request: AnyRequest, facecam: Facecam) -> str:
    return path_for(request, "facecams.facecam", facecam_id=facecam.id)


facecam_router = Router("/", route_handlers=[facecam_page, facecam_trim, facecam_retry])
