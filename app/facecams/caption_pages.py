"""Captions of one facecam: uploaded, downloaded, removed, on the facecam's own page."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from pydantic import AfterValidator, Field

from app.accounts.dependencies import Session
from app.facecams.caption_text import (
    CAPTION_BYTES,
    CaptionMistake,
    CaptionsRefused,
    read_captions,
)
from app.facecams.captions import get_caption, remove_caption, save_caption
from app.facecams.facecam_pages import show_facecam
from app.facecams.languages import TAGS, language_name
from app.facecams.library import get_facecam
from app.facecams.models import Facecam
from app.storage.disk import in_thread
from app.web.forms import Form, FormModel, blank_form, check_form
from app.web.pages import Answer, AnyRequest, flash, path_for, see_other
from app.web.refusals import NotFound
from app.workspaces.dependencies import Member

CAPTIONS = "/facecams/{facecam_id:uuid}/captions"
# A wrong file, a film perhaps, is told of in words up to this size.
BODY_BYTES = 4 * 1024**2
_EMPTY = "Choose a file first: WebVTT (.vtt) or SubRip (.srt)."


def _listed(tag: str) -> str:
    if tag not in TAGS:
        raise ValueError("Choose the language.")
    return tag


class CaptionForm(FormModel):
    language: Annotated[str, AfterValidator(_listed)] = Field(title="the language")


@post(CAPTIONS, name="captions.save", request_max_body_size=BODY_BYTES)
async def caption_save(
    request: AnyRequest, session: Session, member: Member, facecam_id: FromPath[UUID]
) -> Answer:
    """Those of the same language are replaced; what cannot be read is told line by line."""
    facecam = await get_facecam(session, facecam_id, for_update=True)
    form, upload = await _sent(request)
    try:
        data = await _bytes_of(upload)
        vtt = await in_thread(_read, data, facecam.duration_s)
        if not form.errors:
            name = (upload.filename if upload else "").replace("\0", "")[:300]
            language = form.data.language
            replaced = await save_caption(session, facecam, language, vtt, file_name=name)
    except CaptionsRefused as refusal:
        form.add_error("file", str(refusal))
    if form.errors:
        return await show_facecam(session, facecam, status=422, caption_form=form)
    done = "are replaced" if replaced else "are saved"
    words = f"The captions in {language_name(language)} {done}."
    return flash(_back(request, facecam), "good", words)


@get(CAPTIONS + "/{file:str}", name="captions.file")
async def caption_file(
    request: AnyRequest,
    session: Session,
    member: Member,
    facecam_id: FromPath[UUID],
    file: FromPath[str],
) -> Response[bytes]:
    """`<language>.vtt` for the player, or to be saved with `download`."""
    facecam = await get_facecam(session, facecam_id)
    language, _, kind = file.rpartition(".")
    if kind != "vtt":
        raise NotFound
    caption = await get_caption(session, facecam.id, language)
    headers = {"Cache-Control": "private, no-cache"}
    if "download" in request.query_params:
        who = "".join(sign if sign.isalnum() else "-" for sign in facecam.name.lower()).strip("-")
        name = f"{who.encode('ascii', 'ignore').decode()[:80] or 'captions'}-{language}.vtt"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(caption.vtt.encode(), media_type="text/vtt", headers=headers)


@post(CAPTIONS + "/{language:str}/remove", name="captions.remove")
async def caption_remove(
    request: AnyRequest,
    session: Session,
    member: Member,
    facecam_id: FromPath[UUID],
    language: FromPath[str],
) -> Answer:
    facecam = await get_facecam(session, facecam_id, for_update=True)
    await remove_caption(session, facecam, language)
    words = f"The captions in {language_name(language)} are removed."
    return flash(_back(request, facecam), "good", words)


async def _sent(request: AnyRequest) -> tuple[Form[CaptionForm], UploadFile | None]:
    try:
        sent = await request.form()
    except HTTPException as error:
        if error.status_code != 413:
            raise
        form = blank_form()
        form.add_error("file", str(_too_large()))
        return form, None
    typed = {name: text for name, text in sent.multi_items() if isinstance(text, str)}
    upload = sent.get("file")
    return check_form(typed, CaptionForm), upload if isinstance(upload, UploadFile) else None


async def _bytes_of(upload: UploadFile | None) -> bytes:
    if upload is None or not upload.filename:
        raise CaptionsRefused(CaptionMistake(0, _EMPTY))
    return await upload.read(CAPTION_BYTES + 1)


def _read(data: bytes, length_s: float | None) -> str:
    return read_captions(data, length_s=length_s)


def _too_large() -> CaptionsRefused:
    return CaptionsRefused(CaptionMistake(0, "The file is far too large for captions."))


def _back(request: AnyRequest, facecam: Facecam) -> Answer:
    return see_other(path_for(request, "facecams.facecam", facecam_id=facecam.id) + "#captions")


caption_router = Router("/", route_handlers=[caption_save, caption_file, caption_remove])
