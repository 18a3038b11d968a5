"""Opens every page of a list in the engine, as many at once as it takes, and keeps what was found
as it comes. It may end at any moment: what still waits is opened by whoever comes next."""

import asyncio
import hashlib
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaign_problems import CampaignInvalid
from app.campaigns.models import Campaign
from app.campaigns.service import get_campaign
from app.db.listen import notify
from app.jobs.services import Services
from app.pipeline.pages_spec import PagesToCheck, PageToCheck
from app.pipeline_process import PipelineFailed, run_pipeline
from app.renders import preflights
from app.renders.check_models import PageCheck, Preflight
from app.renders.lead_checks import list_leads
from app.renders.lead_pages import ListedPages
from app.renders.lead_verdicts import settle_leads
from app.renders.page_checks import next_pages, save_results
from app.renders.page_results import page_result
from app.storage.disk import in_thread
from app.storage.interface import content_type_of
from app.web.refusals import NotFound

log = structlog.get_logger()

PAGES_AT_ONCE = 20
# One engine's: few enough that a page somebody waits for is soon in the next lot.
LOT = 200
TURN_S = 120.0  # then another list that waits goes first
TELL_EVERY_S = 0.7
HOLD_EVERY_S = 2.0  # and so a cancelled check ends soon
READING_LIMIT_S = 300.0  # the longest an import takes that this one waits for

INCOMPLETE = "The pages cannot be checked until the scenes are complete. Complete them first."


class _Lost(Exception):
    """The check was cancelled, or another process does it."""


@dataclass(frozen=True)
class _Work:
    """One process's turn at one list."""

    services: Services
    mine: Preflight

    @property
    def campaign_id(self) -> UUID:
        return self.mine.campaign_id

    @property
    def folder(self) -> Path:
        """Where the engine leaves its pictures."""
        return self.services.settings.work_folder / "checks" / str(self.campaign_id)

    @property
    def media_prefix(self) -> str:
        return f"workspaces/{self.mine.workspace_id}/campaigns/{self.campaign_id}/checks"

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        async with self.services.database.session(workspace_id=self.mine.workspace_id) as session:
            yield session


async def check_pages(services: Services, *, workspace_id: str, campaign_id: str) -> None:
    """The pages that wait are opened, or as many as one turn allows; the next list gets its turn.

    Nothing happens for a check that has ended, is held by another process, or must wait.
    """
    async with services.database.session(every_workspace=True) as session:
        mine = await preflights.claim_preflight(session, UUID(workspace_id), UUID(campaign_id))
    if mine is None:
        return
    work = _Work(services, mine)
    try:
        with suppress(_Lost):
            await _take_turn(work)
    except PipelineFailed as error:
        log.warning("preflight.engine_failed", campaign_id=campaign_id, code=error.code)
        if not error.permanent:
            async with work.session() as session:
                await preflights.let_go(session, mine)
            raise
        await _end(work, "failed", str(error))
    except BaseException:
        # Shut down, or the database was lost: whoever comes next need not wait.
        async with work.session() as session:
            await preflights.let_go(session, mine)
        raise
    finally:
        await in_thread(shutil.rmtree, work.folder, ignore_errors=True)
    await sweep_preflights(services)


async def sweep_preflights(services: Services) -> None:
    """The checks that wait longest, in whatever workspace, are asked for again."""
    async with services.database.session(every_workspace=True) as session:
        await preflights.defer_waiting(session)


async def _take_turn(work: _Work) -> None:
    """Raises _Lost and PipelineFailed."""
    until = time.monotonic() + TURN_S
    while True:
        pages = await _list(work)
        if pages is None:
            return
        async with work.session() as session:
            lot = await next_pages(session, work.campaign_id, LOT)
        if lot:
            await _open(work, pages, lot)
        elif await _end(work, "done"):
            return
        if time.monotonic() > until:
            async with work.session() as session:
                await preflights.let_go(session, work.mine)
            return


async def _list(work: _Work) -> ListedPages | None:
    """The campaign's pages, after its list was read if that was asked for; None: it cannot be."""
    try:
        await _wait_for_import(work)
        async with work.session() as session:
            campaign = await get_campaign(session, work.campaign_id)
            pages = ListedPages(campaign)
            preflight = await preflights.get_mine(session, work.mine)
            if preflight is None:
                raise _Lost
            if preflight.wants_list:
                await list_leads(session, campaign, preflight, pages)
                await notify(session, "preflight", work.campaign_id)
            return pages
    except CampaignInvalid:
        await _end(work, "failed", INCOMPLETE)
    except NotFound:
        await _end(work, "failed")
    return None


async def _wait_for_import(work: _Work) -> None:
    """Rows that are being read are about to be others."""
    async with asyncio.timeout(READING_LIMIT_S):
        while True:
            async with work.session() as session:
                campaign: Campaign = await get_campaign(session, work.campaign_id)
                if campaign.leads_state != "importing":
                    return
                if not await preflights.hold_preflight(session, work.mine):
                    raise _Lost
            await asyncio.sleep(TELL_EVERY_S)


async def _open(work: _Work, pages: ListedPages, lot: list[PageCheck]) -> None:
    """The lot is opened, and each page's result is kept soon after it is known."""
    digests = {(check.url, check.depth): check.digest for check in lot}
    asked = PagesToCheck(
        pages=tuple(PageToCheck(url=url, depth=depth) for url, depth in digests),
        thumbnails=work.folder / "pages",
        width=lot[0].width,
        height=lot[0].height,
        page_load_wait_ms=pages.spec.output.page_load_wait_ms,
        jobs=PAGES_AT_ONCE,
        allow_addresses=work.services.settings.allow_addresses,
    )
    file = await in_thread(_write, work.folder, asked)
    told: list[dict[str, Any]] = []
    engine = asyncio.create_task(
        run_pipeline("preflight", file, log=work.folder / "log", on_event=told.append)
    )
    held_at = time.monotonic()
    try:
        while not engine.done():
            await asyncio.wait({engine}, timeout=TELL_EVERY_S)
            events, told[:] = told[:], []
            if await _keep(work, pages, digests, events):
                held_at = time.monotonic()
            elif time.monotonic() - held_at > HOLD_EVERY_S:
                await _hold(work)
                held_at = time.monotonic()
        await engine
    finally:
        engine.cancel()
        await asyncio.gather(engine, return_exceptions=True)


async def _keep(
    work: _Work,
    pages: ListedPages,
    digests: dict[tuple[str, str], str],
    events: list[dict[str, Any]],
) -> bool:
    """Whether there was a result among the events; they are kept, and the leads know it."""
    results = []
    for event in events:
        digest = digests.get((event.get("url", ""), event.get("depth", "")))
        if event["event"] == "page" and digest is not None:
            results.append(page_result(event, digest, await _store_picture(work, event, digest)))
    if not results:
        return False
    found = [result.digest for result in results]
    async with work.session() as session:
        if not await preflights.count_done(session, work.mine, len(results)):
            raise _Lost
        unused = await save_results(session, work.campaign_id, results)
        await settle_leads(session, work.campaign_id, pages, found)
        await notify(session, "preflight", work.campaign_id)
    for key in unused:
        await work.services.storage.delete(key)
    return True


async def _store_picture(work: _Work, event: dict[str, Any], digest: str) -> str | None:
    """The key of the page's picture, named by what is in it."""
    if not event.get("thumbnail"):
        return None
    path = Path(event["thumbnail"])
    content = await in_thread(path.read_bytes)
    name = f"{digest}-{hashlib.sha256(content).hexdigest()[:12]}.jpg"
    key = f"{work.media_prefix}/{name}"
    await work.services.storage.put_file(key, path, content_type_of(key), move=True)
    return key


async def _hold(work: _Work) -> None:
    async with work.session() as session:
        if not await preflights.hold_preflight(session, work.mine):
            raise _Lost


async def _end(work: _Work, state: str, problem: str = "") -> bool:
    """Whether it has ended. Raises _Lost."""
    async with work.session() as session:
        ended = await preflights.end_preflight(session, work.mine, state, problem)
    if ended is None:
        raise _Lost
    if ended:
        log.info("preflight.ended", campaign_id=str(work.campaign_id), state=state)
    return ended


def _write(folder: Path, asked: PagesToCheck) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "pages.json"
    file.write_text(asked.model_dump_json(), encoding="utf-8")
    return file
