"""The routes of app/web/uploads.py's protocol for facecams; every refusal is JSON."""

from typing import Any
from uuid import UUID

from litestar import Response, Router, delete, head, post, put
from litestar.exceptions import HTTPException
from litestar.params import FromPath

from app.accounts.dependencies import Person, Session
from app.errors import LoomliteError
from app.facecams.dependencies import inside
from app.facecams.models import Facecam
from app.facecams.uploads import (
    AnnouncedFile,
    begin_upload,
    complete_upload,
    discard_upload,
    get_upload,
    is_stored,
    part_of,
    received_bytes,
)
from app.storage.upload_errors import UploadGone
from app.templating import with_query
from app.web.pages import (
    Answer,
    AnyRequest,
    flash,
    path_for,
    safe_next_path,
    see_other,
    settings_of,
)
from app.web.refusals import WebRefusal
from app.web.uploads import (
    BODY_LIMIT_BYTES,
    NewUpload,
    completed,
    created,
    progress,
    refusal,
    take_chunk,
)
from app.workspaces.dependencies import Member


@post("/facecams/uploads", name="facecams.upload")
async def upload_create(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    """With `next` in the address, the finished upload leads there, with `facecam=<id>` added."""
    new = await NewUpload.of(request)
    file = AnnouncedFile(new.name, new.size_bytes, new.type, new.last_modified)
    facecam = await begin_upload(session, person, settings_of(request).uploads_folder, file)
    path = path_for(request, "facecams.upload_chunk", facecam_id=facecam.id)
    return created(with_query(path, next=request.query_params.get("next")))


@put(
    "/facecams/uploads/{facecam_id:uuid}",
    name="facecams.upload_chunk",
    request_max_body_size=BODY_LIMIT_BYTES,
)
async def upload_chunk(request: AnyRequest, person: Person, facecam_id: FromPath[UUID]) -> Answer:
    async with inside(request, person) as session:
        facecam = await get_upload(session, person, facecam_id)
    if facecam.state == "uploading":
        arrived_bytes = await _take(request, facecam)
        if arrived_bytes < facecam.size_bytes:
            return progress(arrived_bytes)
        state = request.app.state
        async with inside(request, person) as session:
            await complete_upload(
                session, person, state.storage, state.settings.uploads_folder, facecam_id
            )
    return completed(_next_url(request, facecam_id))


@head("/facecams/uploads/{facecam_id:uuid}", name="facecams.upload_progress")
async def upload_progress(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    facecam_id: FromPath[UUID],
) -> Response[None]:
    facecam = await get_upload(session, person, facecam_id)
    if facecam.state != "uploading":
        return progress(facecam.size_bytes)
    return progress(received_bytes(settings_of(request).uploads_folder, facecam))


@delete("/facecams/uploads/{facecam_id:uuid}", name="facecams.upload_cancel", status_code=204)
async def upload_cancel(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    facecam_id: FromPath[UUID],
) -> None:
    facecam = await get_upload(session, person, facecam_id)
    await discard_upload(session, facecam, settings_of(request).uploads_folder)


@post("/facecams/uploads/{facecam_id:uuid}/discard", name="facecams.upload_discard")
async def upload_discard(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    facecam_id: FromPath[UUID],
) -> Answer:
    """The same as a form's button, which leads back to where `next` says."""
    facecam = await get_upload(session, person, facecam_id)
    await discard_upload(session, facecam, settings_of(request).uploads_folder)
    wanted = request.query_params.get("next")
    back = safe_next_path(wanted) if wanted else path_for(request, "facecams.list")
    return flash(see_other(back), "good", f"Nothing of {facecam.file_name} is kept.")


async def _take(request: AnyRequest, facecam: Facecam) -> int:
    """How much has arrived. All, when the file is in the storage and only the row is behind."""
    try:
        return await take_chunk(request, part_of(settings_of(request).uploads_folder, facecam))
    except UploadGone:
        if await is_stored(request.app.state.storage, facecam):
            return facecam.size_bytes
        raise


def _next_url(request: AnyRequest, facecam_id: UUID) -> str:
    wanted = request.query_params.get("next")
    if wanted:
        return with_query(safe_next_path(wanted), facecam=str(facecam_id))
    return path_for(request, "facecams.facecam", facecam_id=facecam_id)


def _refused(_request: AnyRequest, error: LoomliteError) -> Response[dict[str, str]]:
    return refusal(error)


def _not_understood(_request: AnyRequest, error: HTTPException) -> Response[Any]:
    return Response(
        {"error": "The server did not take this file. Try again."}, status_code=error.status_code
    )


upload_router = Router(
    "/",
    route_handlers=[upload_create, upload_chunk, upload_progress, upload_cancel],
    exception_handlers={
        WebRefusal: _refused,
        LoomliteError: _refused,
        HTTPException: _not_understood,
    },
)
discard_router = Router("/", route_handlers=[upload_discard])
