"""The form that says which column of the list is what: checked against the list, and kept."""

from typing import Any

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.lead_import import recheck_leads
from app.campaigns.lead_views import scenes_with_column
from app.campaigns.models import Campaign
from app.web.forms import Form, FormModel


class ColumnsForm(FormModel):
    """Headers of the list, or nothing. Scenes are fields `scene-<position>` besides."""

    name: str = Field("", title="a column")
    name_2: str = Field("", title="a column")
    email: str = Field("", title="a column")
    company: str = Field("", title="a column")


def check_columns(campaign: Campaign, form: Form[ColumnsForm]) -> None:
    """Adds to the form's errors what cannot be."""
    headers = campaign.lead_columns["headers"]
    fields = ["name", "name_2", "email", "company", *_scene_fields(campaign)]
    for field in fields:
        chosen = form.values[field]
        if chosen and chosen not in headers:
            form.add_error(field, f"The list has no column “{chosen}”. Choose another one.")
    if form.values["name_2"] and form.values["name_2"] == form.values["name"]:
        form.add_error("name_2", "This is the first name's column already. Choose another one.")
    for field in _scene_fields(campaign):
        if field in form.values and not form.values[field]:
            form.add_error(field, "Choose the column with the addresses of this scene's page.")


async def save_columns(session: AsyncSession, campaign: Campaign, form: Form[ColumnsForm]) -> None:
    """The list's columns and the scenes' are as chosen. All rows are checked again if that makes a
    difference."""
    typed = form.values
    chosen: dict[str, Any] = {
        "name": [column for column in (typed["name"], typed["name_2"]) if column],
        "email": typed["email"] or None,
        "company": typed["company"] or None,
    }
    mapped = campaign.lead_columns | chosen
    scenes = [dict(scene) for scene in campaign.scenes]
    for at, scene in scenes_with_column(campaign.scenes):
        scenes[at]["csv_column"] = typed[f"scene-{at}"] or scene["csv_column"]
    if mapped == campaign.lead_columns and scenes == campaign.scenes:
        return
    campaign.lead_columns, campaign.scenes = mapped, scenes
    await recheck_leads(session, campaign)


def _scene_fields(campaign: Campaign) -> list[str]:
    return [f"scene-{at}" for at, _ in scenes_with_column(campaign.scenes)]
