"""The demo's workspace, made once: a team with the sample facecam, campaign and leads."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.email_links import make_link
from app.accounts.models import User
from app.accounts.sign_in import find_user, get_or_create_user
from app.campaign import load_campaign
from app.campaigns.lead_import import import_list
from app.campaigns.models import Campaign
from app.campaigns.service import create_campaign
from app.db.tenancy import act_as_user
from app.demo_landing import choose_page
from app.demo_renders import find_campaign, render_demo
from app.facecams.uploads import AnnouncedFile, begin_upload, complete_upload, part_of
from app.jobs.services import Services
from app.workspaces.service import create_workspace_somewhere, list_memberships

log = structlog.get_logger()

TEAM = "Northwind"
EMAIL = "dana@northwind.example"
NAME = "Dana Reyes"
CHUNK_BYTES = 4 * 1024**2


async def open_demo(
    services: Services, samples: Path, *, say_waiting: Callable[[], None] = lambda: None
) -> str:
    """The address that signs a browser in to the demo's workspace, once, where its videos are made.

    At the first start the workspace is filled and its videos are asked for, as soon as the facecam
    is prepared; a start that ended before that is gone on with. What the team changed or deleted
    since then stays so.
    """
    person = await _seed(services, samples)
    async with services.database.session(user_id=person.id) as session:
        memberships = await list_memberships(session, person.id)
    next_path = "/"
    if memberships:
        workspace = memberships[0].workspace
        name = load_campaign(samples / "campaign.toml").name
        path = await render_demo(services, workspace, person, name, say_waiting=say_waiting)
        next_path = f"/leave/{workspace.slug}?next={quote(path)}"
    async with services.database.session(user_id=person.id) as session:
        token = await make_link(session, "sign_in", EMAIL, user=person, next_path=next_path)
    return f"{services.settings.base_url}/sign-in/link/{token}"


async def find_demo(services: Services, samples: Path) -> tuple[UUID, UUID] | None:
    """The ids of the demo's workspace and of its campaign, as long as the team keeps both."""
    async with services.database.session() as session:
        person = await find_user(session, EMAIL)
    if person is None:
        return None
    async with services.database.session(user_id=person.id) as session:
        memberships = await list_memberships(session, person.id)
    if not memberships:
        return None
    workspace = memberships[0].workspace
    campaign_id = await find_campaign(
        services, workspace, load_campaign(samples / "campaign.toml").name
    )
    return (workspace.id, campaign_id) if campaign_id else None


async def _seed(services: Services, samples: Path) -> User:
    async with services.database.session() as session:
        person = await find_user(session, EMAIL)
        if person is None:
            person = await get_or_create_user(session, EMAIL, name=NAME)
            await act_as_user(session, person.id)
            await _fill(session, services, person, samples)
    return person


async def _fill(session: AsyncSession, services: Services, person: User, samples: Path) -> None:
    workspace = await create_workspace_somewhere(session, person, TEAM)
    campaign = await _copy_campaign(session, person, samples / "campaign.toml")
    campaign.facecam_id = await _add_facecam(session, services, person, samples / "facecam.mp4")
    await _add_leads(session, services, person, campaign, samples / "leads.csv")
    product_url = campaign.scenes[-1]["url"]
    await choose_page(session, services.settings, workspace, product_url)
    log.info("demo.seeded", workspace=workspace.slug)


async def _copy_campaign(session: AsyncSession, person: User, file: Path) -> Campaign:
    values = load_campaign(file).model_dump(mode="json", exclude_none=True)
    campaign = await create_campaign(session, person, values["name"])
    campaign.scenes, campaign.fit = values["scenes"], values["fit"]
    campaign.output, campaign.bubble = values["output"], values["facecam"]
    return campaign


async def _add_facecam(session: AsyncSession, services: Services, person: User, clip: Path) -> UUID:
    folder = services.settings.uploads_folder
    size_bytes = await asyncio.to_thread(lambda: clip.stat().st_size)
    file = AnnouncedFile("Introduction.mp4", size_bytes, "video/mp4")
    facecam = await begin_upload(session, person, folder, file)
    await part_of(folder, facecam).append(0, _chunks(clip))
    await complete_upload(session, person, services.storage, folder, facecam.id)
    return facecam.id


async def _add_leads(
    session: AsyncSession, services: Services, person: User, campaign: Campaign, file: Path
) -> None:
    # The import takes its file away.
    with tempfile.TemporaryDirectory() as folder:
        copied = Path(shutil.copy(file, folder))
        await import_list(session, services.storage, campaign, copied, "leads.csv", person=person)


async def _chunks(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk
