"""Deleting a facecam, or naming the campaigns that still need it."""

from uuid import UUID

from litestar import Router, post
from litestar.params import FromPath

from app.accounts.dependencies import Person, Session
from app.campaigns.facecam_uses import FacecamInUse, delete_facecam
from app.facecams.facecam_pages import show_facecam
from app.facecams.library import get_facecam
from app.phrases import plural
from app.web.pages import Answer, AnyRequest, flash, path_for, see_other
from app.workspaces.dependencies import Member


@post("/facecams/{facecam_id:uuid}/delete", name="facecams.delete")
async def facecam_delete(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    facecam_id: FromPath[UUID],
) -> Answer:
    facecam = await get_facecam(session, facecam_id, for_update=True)
    try:
        lost = await delete_facecam(session, person, facecam)
    except FacecamInUse as refusal:
        uses = [
            (each.name, path_for(request, "wizard.facecam", campaign_id=each.id))
            for each in refusal.campaigns
        ]
        return await show_facecam(session, facecam, status=409, used_by=uses, refusal=str(refusal))
    back = see_other(path_for(request, "facecams.list"))
    return flash(back, "good", f"{facecam.name} was deleted.{_loss(lost)}")


def _loss(campaigns: int) -> str:
    if not campaigns:
        return ""
    used = plural(campaigns, "deleted campaign", "deleted campaigns")
    return f" {used} used it: when restored, choose another facecam there."


facecam_uses_router = Router("/", route_handlers=[facecam_delete])
