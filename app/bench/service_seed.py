"""A team with a campaign that is ready to be rendered, and its press of Render; it makes no video.

It goes the application's own ways, so that what is measured and tested is what a team has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from app.accounts.auth_sessions import Browser, start_session
from app.accounts.models import User
from app.accounts.sign_in import get_or_create_user
from app.billing.plans import Limits, set_limits
from app.campaigns.models import Campaign, Lead
from app.campaigns.service import get_campaign
from app.db.base import new_id
from app.db.session import Database
from app.db.tenancy import enter_workspace
from app.facecams.models import Facecam
from app.renders.requests import Requested, request_renders
from app.storage.interface import Storage, content_type_of
from app.workspaces.models import Workspace
from app.workspaces.service import create_workspace

HEADERS = ("Name", "E-mail", "Page", "Site")


@dataclass(frozen=True)
class Film:
    """What all videos of a campaign share. Scenes name the columns of HEADERS; the clip is used up
    to `used_s`, which is the length of each video."""

    clip: Path
    clip_s: float
    scenes: Sequence[dict[str, Any]]
    output: dict[str, Any]
    bubble: dict[str, Any]
    used_s: float | None = None


@dataclass(frozen=True)
class Team:
    """A workspace with its one owner, who is signed in with `token`."""

    slug: str
    token: str
    workspace_id: UUID
    owner_id: UUID

    @property
    def cookie(self) -> str:
        return f"session={self.token}"


@dataclass(frozen=True)
class Ready:
    """A campaign of a team's that can be rendered."""

    team: Team
    campaign_id: UUID


async def add_team(
    database: Database, host: str, slug: str, *, concurrent: int | None = None
) -> Team:
    """Signed in on `slug.host`; `concurrent` renders at once, without it the plan's own number."""
    async with database.session() as session:
        owner = await get_or_create_user(session, f"owner@{slug}.example", name=slug.title())
    async with database.session() as session:
        workspace = await create_workspace(session, owner, slug.title(), slug)
        if concurrent is not None:
            await set_limits(session, Limits(concurrent, None))
        browser = Browser(f"{slug}.{host}", "127.0.0.1", "Bench")
        token = await start_session(session, owner, browser)
    return Team(slug, token, workspace.id, owner.id)


async def add_campaign(
    database: Database, storage: Storage, team: Team, film: Film, pages: Sequence[tuple[str, str]]
) -> Ready:
    """One good lead for each pair of addresses, in the rows 2, 3, …"""
    facecam = Facecam(
        id=new_id(),
        workspace_id=team.workspace_id,
        name="Introduction",
        state="ready",
        file_name="introduction.mp4",
        media_type="video/mp4",
        size_bytes=film.clip.stat().st_size,
        duration_s=film.clip_s,
        trim_end_s=film.used_s,
        has_sound=True,
    )
    await storage.put_file(facecam.clip_key, film.clip, content_type_of(facecam.clip_key))
    campaign = _campaign(team, facecam, film, len(pages))
    async with database.session() as session:
        await enter_workspace(session, team.workspace_id)
        session.add(facecam)
        await session.flush()
        session.add(campaign)
        await session.flush()
        await session.execute(insert(Lead), _leads(campaign, pages))
    return Ready(team, campaign.id)


async def press_render(
    database: Database, ready: Ready, lead_ids: list[UUID] | None = None
) -> Requested:
    """As the page's button does it. Raises what `request_renders` raises."""
    async with database.session(user_id=ready.team.owner_id) as session:
        await enter_workspace(session, ready.team.workspace_id)
        workspace = await session.get_one(Workspace, ready.team.workspace_id)
        person = await session.get_one(User, ready.team.owner_id)
        campaign = await get_campaign(session, ready.campaign_id)
        return await request_renders(session, workspace, person, campaign, lead_ids)


def _campaign(team: Team, facecam: Facecam, film: Film, leads: int) -> Campaign:
    return Campaign(
        id=new_id(),
        workspace_id=team.workspace_id,
        name="Introduction to operations leads",
        state="ready",
        created_by_id=team.owner_id,
        facecam_id=facecam.id,
        fit="scale",
        scenes=list(film.scenes),
        output=film.output,
        bubble=film.bubble,
        lead_columns={"headers": list(HEADERS), "name": ["Name"], "email": "E-mail"},
        leads_file_name="leads.csv",
        leads_state="ready",
        good_leads=leads,
    )


def _leads(campaign: Campaign, pages: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "workspace_id": campaign.workspace_id,
            "campaign_id": campaign.id,
            "row": row,
            "state": "good",
            "name": f"Lead {row}",
            "email": f"lead{row}@example.com",
            "cells": [f"Lead {row}", f"lead{row}@example.com", page, site],
        }
        for row, (page, site) in enumerate(pages, start=2)
    ]
