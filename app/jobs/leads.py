"""Reads a campaign's list, copies another's or checks its own rows again, in a process of its own,
telling how far it is. It may run twice: what is no longer wanted changes nothing."""

import math
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.lead_import import (
    copy_order,
    finish_import,
    give_up_import,
    list_key,
    recheck_order,
)
from app.campaigns.lead_process import ReaderDied, read_list
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.db.listen import notify
from app.jobs.services import Services
from app.storage.interface import FileNotStored
from app.web.refusals import NotFound

log = structlog.get_logger()

TELL_EVERY_S = 0.4  # a bar that moves, and no more writes than that
UNREADABLE = (
    "{name} could not be read: the program that reads lists ended before it was done. "
    "Export the list again as CSV (UTF-8) and upload that; the earlier list, if any, is unchanged."
)
UNCHECKED = "The rows could not be checked again. Save the columns once more to try again."
UNCOPIED = "The leads could not be copied. Duplicate the campaign again, or upload its list."
LOST = "{name} is no longer there. Upload it again."


class _NotWanted(Exception):
    """Another list came, or the campaign went."""


@dataclass(frozen=True)
class _Reading:
    """One reading of one list."""

    services: Services
    workspace_id: UUID
    campaign_id: UUID
    import_id: str

    @asynccontextmanager
    async def campaign(self) -> AsyncIterator[tuple[AsyncSession, Campaign]]:
        """The campaign, locked, as long as this reading is wanted. Raises _NotWanted."""
        async with self.services.database.session(workspace_id=self.workspace_id) as session:
            try:
                campaign = await get_campaign(session, self.campaign_id, for_update=True)
            except NotFound:
                raise _NotWanted from None
            if campaign.leads_import.get("id") != self.import_id:
                raise _NotWanted
            yield session, campaign

    @property
    def key(self) -> str:
        return list_key(self.workspace_id, self.campaign_id, self.import_id)


async def import_leads(
    services: Services, *, workspace_id: str, campaign_id: str, import_id: str
) -> None:
    """The list, or what the rows are now, is stored; or the campaign says why it could not be."""
    reading = _Reading(services, UUID(workspace_id), UUID(campaign_id), import_id)
    folder = services.settings.uploads_folder
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix="reading-", dir=folder) as scratch:
            await _read(reading, Path(scratch))
    except _NotWanted:
        log.info("leads.reading_not_wanted", campaign_id=campaign_id)
    await services.storage.delete(reading.key)


async def _read(reading: _Reading, folder: Path) -> None:
    about, order = await _order(reading, folder)
    began_at = time.monotonic()
    found: dict[str, Any] = {}
    problem = ""
    try:
        async with aclosing(read_list(order, folder)) as events:
            told_at = 0.0
            async for event in events:
                found |= event
                about |= {key: event[key] for key in ("total", "done") if key in event}
                if time.monotonic() - told_at > TELL_EVERY_S:
                    await _tell(reading, about | {"left_s": _left_s(about, began_at)})
                    told_at = time.monotonic()
    except ReaderDied as error:
        log.warning("leads.reader_died", campaign_id=str(reading.campaign_id), reason=str(error))
        problem = _problem(about)
    problem = problem or found.get("invalid", "")
    async with reading.campaign() as (session, campaign):
        if problem:
            await give_up_import(session, campaign, problem)
        else:
            await finish_import(session, campaign, Path(order["target"]), found)


def _problem(about: dict[str, Any]) -> str:
    if "name" in about:
        return UNREADABLE.format(name=about["name"])
    return UNCOPIED if "of" in about else UNCHECKED


def _left_s(about: dict[str, Any], began_at: float) -> int:
    """How long the other rows take if they take as long as these did; 0: not known yet."""
    total: int
    done: int
    total, done = about["total"], about["done"]
    passed_s = time.monotonic() - began_at
    return math.ceil(passed_s * (total - done) / done) if done else 0


async def _order(reading: _Reading, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is read, and how lead_reader is told."""
    order: dict[str, Any] | None = None
    async with reading.campaign() as (session, campaign):
        about = dict(campaign.leads_import)
        try:
            if "name" in about:
                order = await _list_order(reading, campaign, folder)
            elif "of" in about:
                order = await copy_order(session, campaign, folder)
            else:
                order = await recheck_order(session, campaign, folder)
        except (FileNotStored, NotFound):
            problem = LOST.format(name=about["name"]) if "name" in about else UNCOPIED
            await give_up_import(session, campaign, problem)
    if order is None:
        raise _NotWanted
    return about, order


async def _list_order(reading: _Reading, campaign: Campaign, folder: Path) -> dict[str, Any]:
    """How lead_reader is told of an uploaded list. Raises FileNotStored."""
    return {
        "source": str(await reading.services.storage.local_path(reading.key)),
        "name": campaign.leads_import["name"],
        "target": str(folder / "lines"),
        "columns": campaign.lead_columns,
        "scenes": campaign.scenes,
    }


async def _tell(reading: _Reading, about: dict[str, Any]) -> None:
    """The campaign says how far it is. Raises _NotWanted."""
    async with reading.services.database.session(workspace_id=reading.workspace_id) as session:
        told = await session.execute(
            update(Campaign)
            .where(
                Campaign.id == reading.campaign_id,
                Campaign.leads_import["id"].astext == reading.import_id,
            )
            .values(leads_import=about)
            .returning(Campaign.id)
        )
        if told.scalar_one_or_none() is None:
            raise _NotWanted
        await notify(session, "leads", reading.campaign_id)
