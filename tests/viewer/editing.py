"""The editor's form as a browser sends it, and what became of it; it judges nothing."""

from typing import Any
from uuid import UUID

import httpx

from app.viewer.page_choices import PageChoices
from app.viewer.page_fields import GROUPS, fields_of
from app.viewer.page_rows import PageRows, read_rows
from app.workspaces.models import Workspace
from tests.cast import Cast, in_workspace

OF_WORKSPACE = "/settings/landing-page"


def of_campaign(campaign_id: UUID) -> str:
    return f"/campaigns/{campaign_id}/landing-page"


def typed(**changes: str) -> dict[str, str]:
    """All fields of a workspace's form as they are at first, with these changes."""
    whole = fields_of(PageChoices()) | {"group_logo": "none", "group_password": "none"}
    return _sent(whole | changes)


def typed_of_campaign(*own: str, **changes: str) -> dict[str, str]:
    """The same for a campaign which decides these groups itself."""
    groups = {f"group_{name}": "workspace" for name in (*GROUPS, "logo", "password")}
    groups |= {f"group_{name}": "own" for name in own}
    return _sent(fields_of(PageChoices()) | groups | changes)


def _sent(fields: dict[str, str]) -> dict[str, str]:
    # A browser leaves out a checkbox that is off.
    switches = {"shows_made_with", "allows_download", "allows_embed", "booking_asks_consent"}
    return {name: text for name, text in fields.items() if text or name not in switches}


async def save(
    who: httpx.AsyncClient, url: str, fields: dict[str, str], logo: bytes | None = None
) -> httpx.Response:
    """Sent as a form with a file, which may be empty, as a browser does."""
    file = ("logo.png", logo, "image/png") if logo is not None else ("", b"", "")
    return await who.post(url, data=fields, files={"logo": file})


async def rows_of(cast: Cast, campaign_id: UUID | None = None) -> PageRows:
    """What is saved now."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        workspace = await session.get_one(Workspace, cast.acme.id)
        return await read_rows(session, workspace, campaign_id)


async def choices_of(cast: Cast, campaign_id: UUID | None = None) -> dict[str, Any]:
    """What holds now."""
    return (await rows_of(cast, campaign_id)).choices.model_dump(mode="json")
