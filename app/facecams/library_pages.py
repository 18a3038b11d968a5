"""The library: all facecams as cards, where new ones are uploaded or recorded."""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app.accounts.dependencies import Person, Session
from app.accounts.models import User
from app.facecams.library import get_facecam, list_facecams, rename_facecam
from app.facecams.upload_limits import ACCEPT, KIND_WORDS
from app.facecams.uploads import list_under_way
from app.storage.part_file import UPLOAD_LIMIT_BYTES
from app.templating import with_query
from app.web.forms import Form, FormModel, Line, blank_form, read_form
from app.web.pages import Answer, AnyRequest, page, path_for, see_other, settings_of
from app.web.paging import whole_number
from app.workspaces.dependencies import Member

# What the upload and the recorder of a page are told.
LONGEST_TAKE_S = 300
WHOLE_LIMIT_BYTES = 100 * 1024**2
UPLOADING = {
    "accept": ACCEPT,
    "kind_words": KIND_WORDS,
    "limit_bytes": UPLOAD_LIMIT_BYTES,
    "whole_limit_bytes": WHOLE_LIMIT_BYTES,
    "longest_take_s": LONGEST_TAKE_S,
}


class RenameForm(FormModel):
    name: Line = Field(title="a name for the facecam")


@get("/facecams", name="facecams.list")
async def facecams_page(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Template:
    """With `rename=<id>` in the address, the name of that facecam is a field."""
    return await show_library(request, session, person)


@get("/facecams/record", name="facecams.record")
async def record_page(request: AnyRequest, member: Member) -> Template:
    return page("facecams/record_page.html", uploading=UPLOADING)


@get("/facecams/{facecam_id:uuid}/card", name="facecams.card")
async def facecam_card(
    request: AnyRequest, session: Session, member: Member, facecam_id: FromPath[UUID]
) -> Template:
    """The part that a page asks for when the facecam has changed."""
    facecam = await get_facecam(session, facecam_id)
    number = whole_number(request.query_params.get("page"), 1)
    return page(
        "facecams/_facecam_card.html", facecam=facecam, rename_form=None, page_number=number
    )


@post("/facecams/{facecam_id:uuid}/rename", name="facecams.rename")
async def facecam_rename(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    facecam_id: FromPath[UUID],
) -> Answer:
    facecam = await get_facecam(session, facecam_id)
    form = await read_form(request, RenameForm)
    if form.errors:
        return await show_library(request, session, person, renamed_id=facecam_id, form=form)
    await rename_facecam(session, facecam, form.data.name)
    number = request.query_params.get("page")
    return see_other(with_query(path_for(request, "facecams.list"), page=number))


async def show_library(
    request: AnyRequest,
    session: Session,
    person: User,
    *,
    renamed_id: UUID | None = None,
    form: Form[RenameForm] | None = None,
    upload_error: str = "",
) -> Template:
    """The library's page; 422 with a `form` in error or an upload that was not taken."""
    number = whole_number(request.query_params.get("page"), 1)
    facecams, window = await list_facecams(session, number)
    wanted = str(renamed_id or request.query_params.get("rename"))
    renamed = next((each for each in facecams if str(each.id) == wanted), None)
    path = path_for(request, "facecams.list")
    return page(
        "facecams/facecams_page.html",
        status=422 if form or upload_error else 200,
        facecams=facecams,
        renamed_id=renamed.id if renamed else None,
        rename_form=form or (blank_form(name=renamed.name) if renamed else None),
        pager=window.pager(lambda n: with_query(path, page=n if n > 1 else None)),
        page_number=window.number,
        under_way=await list_under_way(session, person, settings_of(request).uploads_folder),
        uploading=UPLOADING,
        upload_error=upload_error,
    )


library_router = Router(
    "/", route_handlers=[facecams_page, record_page, facecam_card, facecam_rename]
)
