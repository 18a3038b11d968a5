"""A facecam as one form, for browsers without JavaScript: no resuming, and a lower limit."""

from collections.abc import AsyncIterator
from uuid import UUID

from litestar import Router, post
from litestar.datastructures import UploadFile

from app.accounts.dependencies import Person
from app.accounts.models import User
from app.facecams.dependencies import inside
from app.facecams.library_pages import WHOLE_LIMIT_BYTES, show_library
from app.facecams.uploads import AnnouncedFile, begin_upload, complete_upload, part_of
from app.storage.disk import StorageFull, in_thread
from app.storage.upload_errors import UploadRefused
from app.templating import with_query
from app.web.pages import Answer, AnyRequest, path_for, safe_next_path, see_other, settings_of

PIECE_BYTES = 256 * 1024
# What a form has around its file.
FORM_BYTES = 64 * 1024


@post(
    "/facecams/upload",
    name="facecams.upload_whole",
    request_max_body_size=WHOLE_LIMIT_BYTES + FORM_BYTES,
)
async def upload_whole(request: AnyRequest, person: Person) -> Answer:
    async with inside(request, person):
        pass  # a stranger is refused before the file is read
    file = (await request.form()).get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise UploadRefused("Choose a video file.")
        facecam_id = await _take(request, person, file)
    except (UploadRefused, StorageFull) as refusal:
        async with inside(request, person) as session:
            return await show_library(request, session, person, upload_error=str(refusal))
    wanted = request.query_params.get("next")
    if wanted:
        return see_other(with_query(safe_next_path(wanted), facecam=str(facecam_id)))
    return see_other(path_for(request, "facecams.facecam", facecam_id=facecam_id))


async def _take(request: AnyRequest, person: User, file: UploadFile) -> UUID:
    folder, storage = settings_of(request).uploads_folder, request.app.state.storage
    size_bytes = await in_thread(file.file.seek, 0, 2)
    await in_thread(file.file.seek, 0)
    announced = AnnouncedFile(file.filename, size_bytes, file.content_type)
    async with inside(request, person) as session:
        facecam = await begin_upload(session, person, folder, announced)
    part = part_of(folder, facecam)
    # One of the same name and size may be under way already.
    await in_thread(file.file.seek, part.received_bytes)
    await part.append(part.received_bytes, _pieces(file), max_bytes=WHOLE_LIMIT_BYTES)
    async with inside(request, person) as session:
        await complete_upload(session, person, storage, folder, facecam.id)
    return facecam.id


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(PIECE_BYTES):
        yield piece


whole_upload_router = Router("/", route_handlers=[upload_whole])
