"""The rows that hold what was chosen for landing pages: read, written; it judges no choice.

A campaign's row holds its own choices alone. Its `logo_key` and `password_hash` are None where the
workspace's hold, and empty where there shall be none.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import new_id
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import REMOVE_MEDIA
from app.storage.disk import in_thread
from app.storage.interface import Storage
from app.viewer.models import LandingPage
from app.viewer.page_choices import PageChoices, merged
from app.viewer.page_fields import GROUPS
from app.workspaces.branding import remove_logo
from app.workspaces.models import Workspace

# Whose logo or password holds, or words: the workspace's, the campaign's own, or nobody's.
Mode = Literal["workspace", "own", "none"]
_OF_WORKSPACE = ("accent", "background")


@dataclass(frozen=True)
class PageRows:
    """What is saved; None where nothing was."""

    workspace: Workspace
    of_workspace: LandingPage | None
    of_campaign: LandingPage | None = None

    @property
    def choices(self) -> PageChoices:
        """What holds."""
        return merged(self.of_workspace, self.of_campaign, self.workspace)

    @property
    def inherited(self) -> PageChoices:
        """What would hold without the campaign's own."""
        return merged(self.of_workspace, None, self.workspace)

    @property
    def modes(self) -> dict[str, Mode]:
        """For each group, and for `logo` and `password`, whose holds. A workspace inherits none."""
        own = self.of_campaign
        found: dict[str, Mode] = {
            name: "own" if own and any(key in own.choices for key in keys) else "workspace"
            for name, keys in GROUPS.items()
        }
        return found | {
            "logo": _mode(own.logo_key if own else None),
            "password": _mode(own.password_hash if own else None),
        }

    @property
    def logo_key(self) -> str | None:
        """The logo that is shown, if any."""
        own = self.of_campaign.logo_key if self.of_campaign else None
        return (self.workspace.logo_key if own is None else own) or None

    @property
    def has_password(self) -> bool:
        """Whether links ask for one."""
        rows = (self.of_campaign, self.of_workspace)
        hashes = (row.password_hash for row in rows if row is not None)
        return bool(next((each for each in hashes if each is not None), ""))

    def has_own_logo(self, campaign_id: UUID | None) -> bool:
        """Whether this very campaign has one, or the workspace."""
        row = self.workspace if campaign_id is None else self.of_campaign
        return bool(row and row.logo_key)

    def has_own_password(self, campaign_id: UUID | None) -> bool:
        """Whether one was set for this very campaign, or for the workspace."""
        row = self.of_workspace if campaign_id is None else self.of_campaign
        return bool(row and row.password_hash)


async def read_rows(
    session: AsyncSession, workspace: Workspace, campaign_id: UUID | None = None
) -> PageRows:
    """What is saved for the workspace, and for one of its campaigns."""
    rows = await session.scalars(
        select(LandingPage).where(
            LandingPage.workspace_id == workspace.id,
            LandingPage.campaign_id.is_(None) | (LandingPage.campaign_id == campaign_id),
        )
    )
    by_campaign = {row.campaign_id: row for row in rows}
    return PageRows(
        workspace,
        by_campaign.get(None),
        by_campaign.get(campaign_id) if campaign_id is not None else None,
    )


async def save_workspace_choices(
    session: AsyncSession, rows: PageRows, values: Mapping[str, Any]
) -> None:
    """All campaigns' pages have these choices but for their own. Colours are the workspace's."""
    rows.workspace.accent = values["accent"]
    rows.workspace.background = values["background"]
    row = await _row(session, rows, None)
    row.choices = {key: value for key, value in values.items() if key not in _OF_WORKSPACE}
    await session.flush()


async def save_campaign_choices(
    session: AsyncSession, campaign_id: UUID, rows: PageRows, values: Mapping[str, Any]
) -> None:
    """The campaign decides these itself, and nothing else."""
    row = await _row(session, rows, campaign_id)
    row.choices = dict(values)
    await session.flush()


async def keep_no_logo(
    session: AsyncSession, rows: PageRows, campaign_id: UUID | None, *, inherits: bool
) -> None:
    """The pages show the name in place of a logo; with `inherits` what the workspace's show."""
    if campaign_id is None:
        remove_logo(session, rows.workspace)
        return
    row = await _row(session, rows, campaign_id)
    _drop_logo(session, row)
    row.logo_key = None if inherits else ""
    await session.flush()


async def ask_no_password(
    session: AsyncSession, rows: PageRows, campaign_id: UUID | None, *, inherits: bool
) -> None:
    """Links are open to whoever has one; with `inherits` they ask for the workspace's."""
    row = await _row(session, rows, campaign_id)
    row.password_hash = None if campaign_id is None or inherits else ""
    await session.flush()


async def set_campaign_logo(
    session: AsyncSession, storage: Storage, campaign_id: UUID, rows: PageRows, webp: bytes
) -> None:
    """The picture is on the campaign's pages. Raises StorageFull."""
    # Under the workspace's folder as its own logos; the folder is the picture's version.
    key = f"workspaces/{workspace_of(session)}/logos/{new_id()}/logo.webp"
    draft = await in_thread(_draft_of, webp)
    try:
        await storage.put_file(key, draft, "image/webp")
    finally:
        await in_thread(draft.unlink)
    row = await _row(session, rows, campaign_id)
    _drop_logo(session, row)
    row.logo_key = key
    await session.flush()


async def _row(session: AsyncSession, rows: PageRows, campaign_id: UUID | None) -> LandingPage:
    """The row to be written; made where there is none, whoever else makes it at the same time."""
    known = rows.of_workspace if campaign_id is None else rows.of_campaign
    if known is not None:
        return known
    workspace_id, key = workspace_of(session), LandingPage.campaign_id
    await session.execute(
        insert(LandingPage)
        .values(workspace_id=workspace_id, campaign_id=campaign_id, choices={})
        .on_conflict_do_nothing()
    )
    found = await session.scalars(
        select(LandingPage).where(
            LandingPage.workspace_id == workspace_id,
            key.is_(None) if campaign_id is None else key == campaign_id,
        )
    )
    return found.one()


def _mode(of_campaign: str | None) -> Mode:
    if of_campaign is None:
        return "workspace"
    return "own" if of_campaign else "none"


def _drop_logo(session: AsyncSession, row: LandingPage) -> None:
    if row.logo_key:
        defer(session, REMOVE_MEDIA, prefix=row.logo_key.rpartition("/")[0])


def _draft_of(data: bytes) -> Path:
    with tempfile.NamedTemporaryFile(delete=False) as file:
        file.write(data)
    return Path(file.name)
