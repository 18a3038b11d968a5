"""A campaign's list: taken in, checked again, given up; a job reads it, this says what becomes of
the campaign. It knows no page.

While rows are read, `campaign.leads_import` is {"id", "total", "done", "left_s", "tries"}; for a
list that is to replace the earlier one it has "name" (of its file) and "by" (whose it is) besides;
for the copy of another campaign's list "of" (that campaign) and "file" (the list's name).
What is done under another id is no longer wanted.
"""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.campaigns import lead_reader
from app.campaigns.lead_columns import lead_columns, renamed_columns, scene_columns
from app.campaigns.lead_rows import LONG_STATEMENT, export_rows, replace_rows, update_rows
from app.campaigns.models import Campaign
from app.db.base import new_id, now
from app.db.listen import notify
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import IMPORT_LEADS
from app.leads import LeadColumns
from app.storage.disk import in_thread
from app.storage.interface import Storage
from app.web.refusals import NotFound
from app.workspaces.service import record_activity

LIST_BYTES = 50 * 1024**2
AT_ONCE_ROWS = 2_000  # checked within the request: a tenth of a second
TRIES = 3
GIVEN_UP = (
    "The list could not be read: its reading was interrupted again and again. Upload it anew."
)


def list_key(workspace_id: UUID, campaign_id: UUID, import_id: str) -> str:
    """Where the file of a list lies until it is read."""
    return f"workspaces/{workspace_id}/campaigns/{campaign_id}/leads/{import_id}.csv"


def is_list(about: dict[str, Any]) -> bool:
    """Whether rows are to come that the campaign has not, rather than its own be checked again."""
    return "name" in about or "of" in about


def row_count(campaign: Campaign) -> int:
    """How many rows the list has."""
    return campaign.good_leads + campaign.bad_leads + campaign.skipped_leads


async def import_list(
    session: AsyncSession,
    storage: Storage,
    campaign: Campaign,
    file: Path,
    name: str,
    *,
    person: User | None,
) -> None:
    """The list in `file`, which is moved away, is being read; the earlier one stays till then."""
    import_id = str(new_id())
    key = list_key(workspace_of(session), campaign.id, import_id)
    await storage.put_file(key, file, "text/csv", move=True)
    by = str(person.id) if person else None
    await _begin(session, campaign, import_id, {"name": name[:300], "by": by, "total": 0})


async def recheck_leads(session: AsyncSession, campaign: Campaign) -> None:
    """The rows are checked against the columns that the list and the scenes use now.

    At once, or by a job where they are many. A list that is being read is checked when it is done.
    """
    count = row_count(campaign)
    if not count or campaign.leads_state == "importing":
        return
    if count > AT_ONCE_ROWS:
        await _begin(session, campaign, str(new_id()), {"total": count})
        return
    with tempfile.TemporaryDirectory(prefix="loomlite-leads-") as scratch:
        order = await recheck_order(session, campaign, Path(scratch))
        await in_thread(lead_reader.read_list, order, lambda event: None)
        await update_rows(session, campaign, Path(order["target"]))
    await notify(session, "leads", campaign.id)


async def copy_list(session: AsyncSession, source: Campaign, campaign: Campaign) -> None:
    """The leads of `source` are being copied to a campaign that has none; they get own links."""
    about = {"of": str(source.id), "file": source.leads_file_name, "total": row_count(source)}
    await _begin(session, campaign, str(new_id()), about)


async def copy_order(session: AsyncSession, campaign: Campaign, folder: Path) -> dict[str, Any]:
    """What lead_reader needs to check the rows of the other campaign for this one. Raises NotFound
    when that campaign is gone for good."""
    await session.execute(LONG_STATEMENT)
    query = select(Campaign).where(Campaign.id == UUID(campaign.leads_import["of"]))
    # Locked: columns and rows must be those of one list, and it may be replaced at any moment.
    source = await session.scalar(query.with_for_update(read=True))
    if source is None:
        raise NotFound
    await export_rows(session, source, folder / "stored", anew=True)
    return _order(folder, row_count(source), source.lead_columns, campaign.scenes)


async def recheck_order(session: AsyncSession, campaign: Campaign, folder: Path) -> dict[str, Any]:
    """What lead_reader needs to check the stored rows again; they are written to `folder`."""
    await export_rows(session, campaign, folder / "stored")
    total = campaign.leads_import.get("total", 0)
    return _order(folder, total, campaign.lead_columns, campaign.scenes)


async def finish_import(
    session: AsyncSession, campaign: Campaign, lines: Path, found: dict[str, Any]
) -> None:
    """The rows in these COPY lines are the campaign's, in place of the earlier list's or of what
    the same rows were before. `found` has the "columns" and "scenes" they were checked by.
    """
    about = campaign.leads_import
    campaign.leads_state, campaign.leads_problem, campaign.leads_import = "ready", "", {}
    if is_list(about):
        campaign.scenes = renamed_columns(campaign.scenes, found["columns"]["headers"])
        campaign.lead_columns = found["columns"]
        campaign.leads_file_name = about.get("name") or about["file"]
        await replace_rows(session, campaign, lines)
        if "name" in about:
            await _record(session, campaign, about)
    else:
        await update_rows(session, campaign, lines)
    # A scene may have changed while the list was read.
    if _checks(found["columns"], found["scenes"]) != _checks(
        campaign.lead_columns, campaign.scenes
    ):
        await recheck_leads(session, campaign)
    await notify(session, "leads", campaign.id)


async def give_up_import(session: AsyncSession, campaign: Campaign, problem: str = "") -> None:
    """Nothing is read any more; the earlier list stays. `problem` says why, if something failed."""
    _settle(campaign, problem)
    await notify(session, "leads", campaign.id)


async def requeue_lead_imports(session: AsyncSession, older_than: timedelta) -> int:
    """Sends the jobs again of lists that nobody seems to read; how many. For all workspaces."""
    stuck = await session.scalars(
        select(Campaign)
        .where(Campaign.leads_state == "importing", Campaign.updated_at < now() - older_than)
        .with_for_update(skip_locked=True)
    )
    count = 0
    for count, campaign in enumerate(stuck, start=1):  # noqa: B007 - the last one is the answer
        about = campaign.leads_import
        if about["tries"] >= TRIES:
            _settle(campaign, GIVEN_UP)
        else:
            campaign.leads_import = {**about, "tries": about["tries"] + 1}
            _defer(session, campaign, about["id"])
    return count


def _order(
    folder: Path, total: int, columns: dict[str, Any], scenes: list[dict[str, Any]]
) -> dict[str, Any]:
    stored, target = str(folder / "stored"), str(folder / "lines")
    return {
        "stored": stored,
        "target": target,
        "total": total,
        "columns": columns,
        "scenes": scenes,
    }


async def _begin(
    session: AsyncSession, campaign: Campaign, import_id: str, about: dict[str, Any]
) -> None:
    campaign.leads_state, campaign.leads_problem = "importing", ""
    campaign.leads_import = {"id": import_id, "done": 0, "left_s": 0, "tries": 1, **about}
    _defer(session, campaign, import_id)
    await notify(session, "leads", campaign.id)


def _defer(session: AsyncSession, campaign: Campaign, import_id: str) -> None:
    defer(
        session,
        IMPORT_LEADS,
        workspace_id=str(campaign.workspace_id),
        campaign_id=str(campaign.id),
        import_id=import_id,
    )


def _settle(campaign: Campaign, problem: str) -> None:
    has_list = bool(row_count(campaign))
    campaign.leads_state = "ready" if has_list else "failed" if problem else "none"
    campaign.leads_problem, campaign.leads_import = problem[:1000], {}


def _checks(columns: dict[str, Any], scenes: list[dict[str, Any]]) -> LeadColumns:
    return lead_columns(columns, scene_columns(scenes))


async def _record(session: AsyncSession, campaign: Campaign, about: dict[str, Any]) -> None:
    person = await session.get(User, UUID(about["by"])) if about.get("by") else None
    count = row_count(campaign)
    await record_activity(
        session, person, "leads.imported", campaign.id, campaign.name, count=count
    )
