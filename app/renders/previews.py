"""Drafts of single leads: asked for, or taken from earlier, held by one process, forgotten after a
day. It makes none of them and spends no render."""

import hashlib
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.campaigns.lead_rows import get_row
from app.campaigns.models import Campaign, Lead
from app.db.base import new_id
from app.db.listen import notify
from app.db.session import defer
from app.jobs.catalogue import MAKE_PREVIEW, REMOVE_MEDIA
from app.renders.check_models import Preview
from app.renders.freezing import Frozen, NotToBeRendered, freeze_campaign
from app.renders.live_workers import count_workers
from app.web.refusals import NotFound

AT_ONCE = 2  # for each worker: they are short, and a person waits
KEPT_FOR = timedelta(hours=24)
HELD_FOR = timedelta(seconds=30)
GIVEN_UP_AFTER = 3

UNDER_WAY = ("waiting", "running")
NO_GOOD_LEAD = "The row of this lead is to be fixed first: {sentence}"
GIVEN_UP = (
    "The preview could not be made: the program that makes it ended several times. Make it again."
)
_ONE_CLAIM_AT_A_TIME = text("select pg_advisory_xact_lock(hashtext('previews'))")


async def request_preview(
    session: AsyncSession, campaign: Campaign, lead_id: UUID, person: User, *, anew: bool = False
) -> Preview:
    """A draft of this lead as campaign and row are now: one of the last day from the same values,
    unless `anew`, or one that is being made. Raises NotFound and NotToBeRendered.
    """
    lead = await get_row(session, campaign.id, lead_id)
    if lead.state == "bad":
        sentences = [each["sentence"] for each in lead.problems if each["fatal"]]
        raise NotToBeRendered(NO_GOOD_LEAD.format(sentence=" ".join(sentences[:1])))
    frozen = freeze_campaign(campaign, whatever_the_list=True)
    made_from = _made_from(frozen, lead)
    # The row is locked, so of two clicks the second finds what the first asked for.
    states = UNDER_WAY if anew else (*UNDER_WAY, "ready")
    earlier = await session.scalar(
        select(Preview)
        .where(
            Preview.lead_id == lead.id,
            Preview.made_from == made_from,
            Preview.state.in_(states),
            Preview.created_at > func.now() - KEPT_FOR,
        )
        .order_by(Preview.created_at.desc())
        .limit(1)
    )
    return earlier or await _ask(session, campaign, lead, frozen, made_from, person)


async def get_preview(session: AsyncSession, preview_id: UUID) -> Preview:
    """Raises NotFound, also for one that was forgotten."""
    preview = await session.get(Preview, preview_id)
    if preview is None:
        raise NotFound
    return preview


async def claim_preview(
    session: AsyncSession, workspace_id: UUID, preview_id: UUID
) -> Preview | None:
    """The draft, now this process's to make; None when there is nothing to do or it must wait.

    The session must see every workspace: all their drafts count.
    """
    await session.execute(_ONE_CLAIM_AT_A_TIME)
    held = select(func.count()).where(Preview.state == "running", Preview.work_due_at > func.now())
    if (await session.scalar(held) or 0) >= AT_ONCE * await count_workers(session):
        return None
    preview = await session.scalar(
        select(Preview)
        .where(
            Preview.workspace_id == workspace_id,
            Preview.id == preview_id,
            Preview.state.in_(UNDER_WAY),
            Preview.work_due_at <= func.now(),
        )
        .with_for_update()
    )
    if preview is None:
        return None
    preview.attempts += 1
    if preview.attempts > GIVEN_UP_AFTER:
        preview.state, preview.problem = "failed", GIVEN_UP
        return None
    preview.state, preview.progress = "running", {}
    preview.work_due_at = func.now() + HELD_FOR
    await session.flush()
    return preview


async def hold_preview(session: AsyncSession, mine: Preview, progress: dict[str, Any]) -> bool:
    """Still at work, so far. False when it is gone or another's."""
    return await _move(session, mine, progress=progress, work_due_at=func.now() + HELD_FOR)


async def put_back(session: AsyncSession, mine: Preview) -> bool:
    """Another process may take it up at once."""
    return await _move(session, mine, state="waiting", progress={}, work_due_at=func.now())


async def finish_preview(
    session: AsyncSession, mine: Preview, scenes: list[dict[str, Any]], duration_s: float | None
) -> bool:
    """It can be watched. False when it is gone or another's."""
    return await _move(
        session, mine, state="ready", scenes=scenes, duration_s=duration_s, ended_at=func.now()
    )


async def fail_preview(session: AsyncSession, mine: Preview, problem: str) -> bool:
    return await _move(session, mine, state="failed", problem=problem[:2000], ended_at=func.now())


async def defer_waiting_previews(session: AsyncSession) -> int:
    """Sends the job again of the drafts that wait longest and that nobody holds; how many.

    For all workspaces.
    """
    waiting = await session.execute(
        select(Preview.workspace_id, Preview.id)
        .where(Preview.state.in_(UNDER_WAY), Preview.work_due_at <= func.now())
        .order_by(Preview.created_at)
        .limit(AT_ONCE)
    )
    rows = waiting.all()
    for workspace_id, preview_id in rows:
        _defer(session, workspace_id, preview_id)
    return len(rows)


async def forget_previews(session: AsyncSession) -> int:
    """Drafts of more than a day ago are gone, and their files go; how many. For all workspaces."""
    gone = await session.execute(
        delete(Preview)
        .where(Preview.created_at < func.now() - KEPT_FOR)
        .returning(Preview.workspace_id, Preview.id)
        .execution_options(synchronize_session=False)
    )
    rows = gone.all()
    for workspace_id, preview_id in rows:
        prefix = f"workspaces/{workspace_id}/previews/{preview_id}"
        defer(session, REMOVE_MEDIA, prefix=prefix)
    return len(rows)


async def _ask(
    session: AsyncSession,
    campaign: Campaign,
    lead: Lead,
    frozen: Frozen,
    made_from: str,
    person: User,
) -> Preview:
    preview = Preview(
        id=new_id(),
        workspace_id=campaign.workspace_id,
        campaign_id=campaign.id,
        lead_id=lead.id,
        requested_by_id=person.id,
        row=lead.row,
        name=lead.name,
        made_from=made_from,
        frozen={"campaign": frozen.values, "cells": lead.cells, "company": lead.company},
    )
    session.add(preview)
    await session.flush()
    _defer(session, campaign.workspace_id, preview.id)
    return preview


def _made_from(frozen: Frozen, lead: Lead) -> str:
    told = json.dumps([frozen.digest, frozen.values, lead.name, lead.company, lead.cells])
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


async def _move(session: AsyncSession, mine: Preview, **values: Any) -> bool:
    moved = await session.scalar(
        update(Preview)
        .where(Preview.id == mine.id, Preview.state == "running", Preview.attempts == mine.attempts)
        .values(**values)
        .returning(Preview.id)
        .execution_options(synchronize_session=False)
    )
    if moved is not None:
        await notify(session, "preview", mine.id)
    return moved is not None


def _defer(session: AsyncSession, workspace_id: UUID, preview_id: UUID) -> None:
    defer(session, MAKE_PREVIEW, workspace_id=str(workspace_id), preview_id=str(preview_id))
