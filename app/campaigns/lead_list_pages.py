"""Ways for a list to come in by a form: a file, or rows that were pasted."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from litestar import Router, post
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.dependencies import Person, Session
from app.accounts.models import User
from app.campaigns.lead_import import LIST_BYTES, import_list
from app.campaigns.lead_uploads import ListTooLarge, folder_of
from app.campaigns.leads_step import STEP, leads_step_page
from app.campaigns.service import get_campaign
from app.campaigns.wizard import step_path
from app.errors import LoomliteError
from app.leads import LeadsInvalid
from app.leads.table import PASTED, read_pasted
from app.storage.disk import in_thread
from app.web.forms import Form, FormModel, blank_form, read_form
from app.web.pages import Answer, AnyRequest, see_other, settings_of
from app.web.uploads import storable
from app.workspaces.dependencies import Member

PASTE_BYTES = 12 * 1024**2  # of the form, in which a letter may be nine bytes
SPARE_BYTES = 64 * 1024  # a form's own lines around the file


class PasteForm(FormModel):
    text: str = Field("", title="some rows")


class NothingSent(LoomliteError):
    """The form came without a file."""

    def __init__(self) -> None:
        super().__init__("Choose a file with your leads, or paste them below.")


@post(STEP + "/file", name="wizard.leads_file_send", request_max_body_size=LIST_BYTES + SPARE_BYTES)
async def leads_file_send(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
) -> Answer:
    """The same for browsers without scripts: the whole file in one form."""
    await get_campaign(session, campaign_id)
    # The connection goes back while the file arrives; what follows is another transaction.
    await session.close()
    try:
        kept, name = await _sent_file(request, campaign_id)
    except (NothingSent, ListTooLarge) as refused:
        paste: Form[Any] = blank_form()
        paste.add_error("file", str(refused))
        return await leads_step_page(session, await get_campaign(session, campaign_id), paste=paste)
    await take_in(request, session, person, campaign_id, kept, name)
    return see_other(step_path(request, campaign_id, "leads"))


@post(STEP + "/paste", name="wizard.leads_paste", request_max_body_size=PASTE_BYTES)
async def leads_paste(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    campaign_id: FromPath[UUID],
) -> Answer:
    """A text that is no list at all comes back with the reason; else it is read like a file."""
    campaign = await get_campaign(session, campaign_id)
    form = await read_form(request, PasteForm)
    folder = folder_of(settings_of(request).uploads_folder, campaign_id) / str(uuid4())
    try:
        kept = await in_thread(_pasted, form.values["text"], folder)
    except LeadsInvalid as invalid:
        form.add_error("text", str(invalid))
        return await leads_step_page(session, campaign, paste=form)
    await session.close()
    await take_in(request, session, person, campaign_id, kept, PASTED)
    return see_other(step_path(request, campaign_id, "leads"))


async def take_in(
    request: AnyRequest,
    session: AsyncSession,
    person: User,
    campaign_id: UUID,
    file: Path,
    name: str,
) -> None:
    """The list in `file`, which is moved away, is being read."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    await import_list(
        session,
        request.app.state.storage,
        campaign,
        file,
        storable(name).strip() or "The list",
        person=person,
    )


async def _sent_file(request: AnyRequest, campaign_id: UUID) -> tuple[Path, str]:
    """The form's file in our folder, and its name. Raises NothingSent, ListTooLarge."""
    try:
        file = (await request.form()).get("file")
    except HTTPException as refused:
        if refused.status_code == 413:
            raise ListTooLarge("") from None
        raise
    if not isinstance(file, UploadFile) or not file.filename:
        raise NothingSent
    path = folder_of(settings_of(request).uploads_folder, campaign_id) / f"{uuid4()}.csv"
    await in_thread(path.parent.mkdir, parents=True, exist_ok=True)
    with path.open("wb") as target:
        while piece := await file.read(1024 * 1024):
            await in_thread(target.write, piece)
    return path, file.filename


def _pasted(text: str, folder: Path) -> Path:
    """The text as a file of its own. Raises LeadsInvalid, and then nothing is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return read_pasted(text, folder).file.path
    except LeadsInvalid:
        (folder / "pasted.csv").unlink(missing_ok=True)
        folder.rmdir()
        raise


lead_list_router = Router("/", route_handlers=[leads_file_send, leads_paste])
