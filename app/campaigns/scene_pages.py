"""Acts on single scenes of a campaign. Each keeps what was typed in all of them, then acts."""

from uuid import UUID

from litestar import Router, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.dependencies import Session
from app.campaigns import scene_changes
from app.campaigns.models import Campaign
from app.campaigns.scene_cards import SceneCard, find_number, first_field, scene_card
from app.campaigns.scene_changes import DurationsWrong, TooManyScenes, keep_typed, place_of
from app.campaigns.scenes_step import read_sent, scenes_step_page
from app.campaigns.service import get_campaign
from app.campaigns.wizard import step_path
from app.campaigns.wizard_steps import wizard_steps
from app.fit import ScenesDoNotFit
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other
from app.workspaces.dependencies import Member

STEP = "/campaigns/{campaign_id:uuid}/edit/scenes"
SCENE = STEP + "/one/{scene_id:str}"


@post(STEP + "/keep", name="wizard.scenes_keep", status_code=204)
async def scenes_keep(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> None:
    """What was typed so far is kept; nothing is said about it."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    await keep_typed(session, campaign, await read_sent(request))


@post(STEP + "/order", name="wizard.scenes_order", status_code=204)
async def scenes_order(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> None:
    """The order of the fields `order`, each a scene's id."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    ids = [str(scene_id) for scene_id in (await request.form()).getall("order", [])]
    await scene_changes.order_scenes(session, campaign, ids)


@post(STEP + "/fit", name="wizard.scenes_fit")
async def scenes_fit(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    campaign = await get_campaign(session, campaign_id, for_update=True)
    await keep_typed(session, campaign, await read_sent(request))
    try:
        await scene_changes.fit_durations(session, campaign)
    except (DurationsWrong, ScenesDoNotFit) as error:
        return scenes_step_page(campaign, status=422, problem=str(error))
    return _back(request, campaign, None)


@post(STEP + "/add", name="wizard.scenes_add")
async def scene_add(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    """A scene at the end; with `kind` “column” one that shows each lead's own page."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    sent = await read_sent(request)
    await keep_typed(session, campaign, sent)
    try:
        of_lead = sent.get("kind") == "column"
        added = await scene_changes.add_scene(session, campaign, of_lead=of_lead)
    except TooManyScenes as error:
        return scenes_step_page(campaign, status=422, problem=str(error))
    return _back(request, campaign, added)


@post(STEP + "/restore", name="wizard.scenes_restore")
async def scene_restore(
    request: AnyRequest, session: Session, member: Member, campaign_id: FromPath[UUID]
) -> Answer:
    campaign = await get_campaign(session, campaign_id, for_update=True)
    try:
        restored = await scene_changes.restore_scene(session, campaign)
    except TooManyScenes as error:
        return scenes_step_page(campaign, status=422, problem=str(error))
    return _back(request, campaign, restored)


@post(SCENE, name="wizard.scene_save")
async def scene_save(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    scene_id: FromPath[str],
) -> Answer:
    """The part of one scene after it was kept; 422 with what is wrong in it."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    at, sent = place_of(campaign, scene_id), await read_sent(request)
    await keep_typed(session, campaign, sent, only=scene_id)
    return _scene_part(
        scene_card(campaign, at, number=find_number(sent, scene_id) or at + 1), campaign
    )


@post(SCENE + "/duplicate", name="wizard.scene_duplicate")
async def scene_duplicate(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    scene_id: FromPath[str],
) -> Answer:
    campaign, scene_id = await _kept(request, session, campaign_id, scene_id)
    try:
        made = await scene_changes.duplicate_scene(session, campaign, scene_id)
    except TooManyScenes as error:
        return scenes_step_page(campaign, status=422, problem=str(error))
    return _back(request, campaign, made)


@post(SCENE + "/remove", name="wizard.scene_remove")
async def scene_remove(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    scene_id: FromPath[str],
) -> Answer:
    campaign, scene_id = await _kept(request, session, campaign_id, scene_id)
    await scene_changes.remove_scene(session, campaign, scene_id)
    undo = path_for(request, "wizard.scenes_restore", campaign_id=campaign_id)
    answer = _back(request, campaign, None)
    return flash(answer, "good", f"Scene “{scene_id}” removed.", undo_path=undo)


@post(SCENE + "/move", name="wizard.scene_move")
async def scene_move(
    request: AnyRequest,
    session: Session,
    member: Member,
    campaign_id: FromPath[UUID],
    scene_id: FromPath[str],
) -> Answer:
    """One place up, or down with `to` “down”."""
    campaign, scene_id = await _kept(request, session, campaign_id, scene_id)
    by = 1 if (await read_sent(request)).get("to") == "down" else -1
    await scene_changes.move_scene(session, campaign, scene_id, by)
    return _back(request, campaign, scene_id)


async def _kept(
    request: AnyRequest, session: Session, campaign_id: UUID, scene_id: str
) -> tuple[Campaign, str]:
    """The campaign with all that was typed, and what the scene is called after that."""
    campaign = await get_campaign(session, campaign_id, for_update=True)
    at = place_of(campaign, scene_id)
    await keep_typed(session, campaign, await read_sent(request))
    return campaign, str(campaign.scenes[at]["id"])


def _scene_part(card: SceneCard, campaign: Campaign) -> Template:
    return page(
        "campaigns/wizard/_scene_saved.html",
        status=422 if card.form.errors else 200,
        campaign=campaign,
        card=card,
        steps=wizard_steps(campaign),
        step="scenes",
    )


def _back(request: AnyRequest, campaign: Campaign, scene_id: str | None) -> Answer:
    """To the step, and there into the field that says which page the scene shows."""
    place = f"#{first_field(campaign, place_of(campaign, scene_id))}" if scene_id else ""
    return see_other(step_path(request, campaign.id, "scenes") + place)


scene_router = Router(
    "/",
    route_handlers=[
        *(scenes_keep, scenes_order, scenes_fit, scene_add, scene_restore),
        *(scene_save, scene_duplicate, scene_remove, scene_move),
    ],
)
