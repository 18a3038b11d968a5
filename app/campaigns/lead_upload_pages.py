"""The routes of app/web/uploads.py's protocol for lists of leads; every refusal is JSON."""

from uuid import UUID, uuid4

from litestar import Response, Router, delete, head, post, put
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Person, Session
from app.campaigns.lead_import import LIST_BYTES
from app.campaigns.lead_list_pages import take_in
from app.campaigns.lead_uploads import folder_of, part_of, require_list_size
from app.campaigns.leads_step import STEP
from app.campaigns.service import get_campaign
from app.campaigns.wizard import step_path
from app.errors import LoomliteError
from app.storage.part_file import PartFile
from app.templating import with_query
from app.web.pages import Answer, AnyRequest, path_for, settings_of
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

UPLOADS = STEP + "/uploads"


@post(UPLOADS, name="wizard.leads_upload")
async def upload_create(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    """The file's name and size go into the upload's address: there is no row for it yet."""
    campaign = await get_campaign(session, campaign_id)
    new = await NewUpload.of(request)
    require_list_size(new.name, new.size_bytes)
    upload_id = uuid4()
    folder = folder_of(settings_of(request).uploads_folder, campaign.id)
    await PartFile.create(folder, upload_id, new.size_bytes, limit_bytes=LIST_BYTES)
    path = path_for(
        request, "wizard.leads_upload_chunk", campaign_id=campaign.id, upload_id=upload_id
    )
    return created(with_query(path, size=new.size_bytes, name=new.name))


@put(
    UPLOADS + "/{upload_id:uuid}",
    name="wizard.leads_upload_chunk",
    request_max_body_size=BODY_LIMIT_BYTES,
)
async def upload_chunk(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
    upload_id: FromPath[UUID],
    size: FromQuery[int],
    name: FromQuery[str] = "",
) -> Answer:
    part = await _part(request, session, campaign_id, upload_id, size)
    # The connection goes back while the chunk arrives; what follows is another transaction.
    await session.close()
    arrived_bytes = await take_chunk(request, part)
    if arrived_bytes < size:
        return progress(arrived_bytes)
    await take_in(request, session, person, campaign_id, await part.finish(), name)
    return completed(step_path(request, campaign_id, "leads"))


@head(UPLOADS + "/{upload_id:uuid}", name="wizard.leads_upload_progress")
async def upload_progress(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    upload_id: FromPath[UUID],
    size: FromQuery[int],
) -> Response[None]:
    part = await _part(request, session, campaign_id, upload_id, size)
    return progress(part.received_bytes)


@delete(UPLOADS + "/{upload_id:uuid}", name="wizard.leads_upload_discard", status_code=204)
async def upload_discard(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    upload_id: FromPath[UUID],
    size: FromQuery[int],
) -> None:
    await (await _part(request, session, campaign_id, upload_id, size)).discard()


async def _part(
    request: AnyRequest, session: AsyncSession, campaign_id: UUID, upload_id: UUID, size: int
) -> PartFile:
    """Raises NotFound unless the campaign is the workspace's."""
    campaign = await get_campaign(session, campaign_id)
    require_list_size("", size)
    return part_of(settings_of(request).uploads_folder, campaign.id, upload_id, size)


lead_upload_router = Router(
    "/",
    route_handlers=[
        upload_create,
        upload_chunk,
        upload_progress,
        upload_discard,
    ],
    exception_handlers={LoomliteError: lambda _, error: refusal(error)},
)
