"""What is done to a campaign's scenes, and what follows from it for leads and state; no page."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from app.campaign import MAX_SCENES
from app.campaigns.lead_columns import scene_columns
from app.campaigns.lead_import import recheck_leads
from app.campaigns.models import Campaign
from app.campaigns.scene_cards import FIT_RULES, typed_scenes
from app.campaigns.scene_drafts import Scene, added_scene, duplicated, fitted, moved, ordered
from app.campaigns.spec import campaign_mistakes, settle_state
from app.errors import LoomliteError
from app.web.refusals import NotFound


class TooManyScenes(LoomliteError):
    """A campaign cannot have another scene."""

    def __init__(self) -> None:
        super().__init__(f"A video has at most {MAX_SCENES} scenes. Remove one to add another.")


class DurationsWrong(LoomliteError):
    """Scenes cannot be fitted while a duration is none."""

    def __init__(self) -> None:
        super().__init__("Correct the durations first; then they can be fitted to the facecam.")


async def keep_typed(
    session: AsyncSession, campaign: Campaign, sent: Mapping[str, str], only: str | None = None
) -> None:
    """All that was typed is kept, right or wrong; with `only` that of one scene."""
    if sent.get("fit") in FIT_RULES:
        campaign.fit = sent["fit"]
    await _set_scenes(session, campaign, typed_scenes(campaign.scenes, sent, only))


async def add_scene(session: AsyncSession, campaign: Campaign, *, of_lead: bool) -> str:
    """A scene at the end; its id. Raises TooManyScenes."""
    _leave_room(campaign)
    columns = campaign.lead_columns.get("urls") or []
    made = added_scene(campaign.scenes, columns if of_lead else None)
    await _set_scenes(session, campaign, [*campaign.scenes, made])
    return str(made["id"])


async def duplicate_scene(session: AsyncSession, campaign: Campaign, scene_id: str) -> str:
    """A second scene like it after it; its id. Raises NotFound or TooManyScenes."""
    _leave_room(campaign)
    at = place_of(campaign, scene_id)
    await _set_scenes(session, campaign, duplicated(campaign.scenes, at))
    return str(campaign.scenes[at + 1]["id"])


async def remove_scene(session: AsyncSession, campaign: Campaign, scene_id: str) -> None:
    """The scene is gone, and `restore_scene` brings it back. Raises NotFound."""
    at = place_of(campaign, scene_id)
    campaign.removed_scene = {"at": at, "scene": campaign.scenes[at]}
    scenes = [scene for scene in campaign.scenes if scene["id"] != scene_id]
    await _set_scenes(session, campaign, scenes)


async def restore_scene(session: AsyncSession, campaign: Campaign) -> str | None:
    """The scene removed last is back in its place; its id, or None where there is none to bring
    back. Raises TooManyScenes."""
    removed = campaign.removed_scene
    if removed is None or any(s["id"] == removed["scene"]["id"] for s in campaign.scenes):
        return None
    _leave_room(campaign)
    at, campaign.removed_scene = removed["at"], None
    scenes = [*campaign.scenes[:at], removed["scene"], *campaign.scenes[at:]]
    await _set_scenes(session, campaign, scenes)
    return str(removed["scene"]["id"])


async def move_scene(session: AsyncSession, campaign: Campaign, scene_id: str, by: int) -> None:
    """The scene stands so many places further down. Raises NotFound."""
    at = place_of(campaign, scene_id)
    await _set_scenes(session, campaign, moved(campaign.scenes, at, by))


async def order_scenes(session: AsyncSession, campaign: Campaign, ids: list[str]) -> None:
    await _set_scenes(session, campaign, ordered(campaign.scenes, ids))


async def fit_durations(session: AsyncSession, campaign: Campaign) -> None:
    """The durations add up to the facecam's length, if there is one.

    Raises DurationsWrong, ScenesDoNotFit or VideoTooLong.
    """
    if any(mistake.field == "duration_s" for mistake in campaign_mistakes(campaign)):
        raise DurationsWrong
    facecam_s = campaign.facecam.used_duration_s if campaign.facecam else None
    if facecam_s is not None and campaign.scenes:
        await _set_scenes(session, campaign, fitted(campaign.scenes, facecam_s))


async def set_fallback(session: AsyncSession, campaign: Campaign, scene_id: str, url: str) -> None:
    """The scene has this fallback page. Rows that were bad for want of a page are checked again.

    Raises NotFound.
    """
    at = place_of(campaign, scene_id)
    scenes = [dict(scene) for scene in campaign.scenes]
    scenes[at]["fallback_url"] = url
    if campaign.bad_leads or campaign.skipped_leads:
        await _set_scenes(session, campaign, scenes)
        return
    # Good rows stay good where less is asked of them.
    campaign.scenes = scenes
    settle_state(campaign)


def place_of(campaign: Campaign, scene_id: str) -> int:
    """Where the scene stands, counted from 0. Raises NotFound."""
    for at, scene in enumerate(campaign.scenes):
        if scene["id"] == scene_id:
            return at
    raise NotFound


def _leave_room(campaign: Campaign) -> None:
    if len(campaign.scenes) >= MAX_SCENES:
        raise TooManyScenes


async def _set_scenes(session: AsyncSession, campaign: Campaign, scenes: list[Scene]) -> None:
    before = scene_columns(campaign.scenes)
    campaign.scenes = scenes
    if scene_columns(scenes) != before:
        await recheck_leads(session, campaign)
    settle_state(campaign)
