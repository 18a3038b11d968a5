"""Visits for tests: pages that were opened, what they told, and all that is added up of it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from app.db.session import Database
from app.viewer.events import Event
from app.viewer.intake import Intake, told_of
from app.viewer.page_tokens import PageToken, new_page
from app.viewer.rollups import RolledUp, roll_up
from app.viewer.visit_signs import Seen
from app.workspaces.models import Workspace
from tests.jobs.render_rows import make_campaign, make_workspace

NOW = datetime.now(UTC).replace(microsecond=0)
DURATION_S = 30.0
RENDER_ID = UUID(int=7)
SOMEBODY = Seen("192.0.2.7", "", False, "computer", "Firefox", "mail.example.com")


def opened_page(
    workspace: Workspace,
    campaign_id: UUID,
    public_id: str = "anna",
    *,
    render_id: UUID = RENDER_ID,
    ago: timedelta = timedelta(minutes=10),
    duration_s: float = DURATION_S,
    **marks: Any,
) -> PageToken:
    """The token of a page that was opened so long ago."""
    at = (NOW - ago).timestamp()
    return new_page(
        workspace.id, campaign_id, render_id, public_id, duration_s, clock=lambda: at, **marks
    )


async def tell(
    database: Database,
    page: PageToken,
    events: Sequence[Event] = (),
    *,
    seen: Seen = SOMEBODY,
    address: bytes | None = None,
    is_open: bool = False,
) -> None:
    """The inbox has one more row."""
    told = told_of(page, seen, address, events, is_open=is_open)
    await Intake(database).take(page, told)


async def add_up(database: Database, workspace: Workspace, *, at_most: int = 500) -> RolledUp:
    """Nothing waits any more; what came of the last turn."""
    while True:
        async with database.session(workspace_id=workspace.id) as session:
            done = await roll_up(session, at_most=at_most, settled_s=0)
        assert done is not None
        if done.rows < at_most:
            return done


async def rows_of(database: Database, workspace: Workspace, table: str) -> list[dict[str, Any]]:
    """All rows of the table in this workspace, in some order of their own."""
    async with database.session(workspace_id=workspace.id) as session:
        found = await session.execute(text(f"select * from {table} order by 1, 2, 3"))  # noqa: S608
        return [dict(row) for row in found.mappings()]


async def row_of(database: Database, workspace: Workspace, table: str) -> dict[str, Any]:
    (row,) = await rows_of(database, workspace, table)
    return row


async def make_team(database: Database, slug: str = "acme") -> tuple[Workspace, UUID]:
    workspace = await make_workspace(database, slug)
    return workspace, await make_campaign(database, workspace)


def watching(from_s: float, to_s: float, *, number: int = 2, began_ms: int = 2_000) -> list[Event]:
    """The page was looked at, the video started by hand and played at its own speed."""
    return [
        Event(1_000, 0, "view"),
        Event(began_ms, 1, "play", detail=1),
        Event(began_ms + round((to_s - from_s) * 1000), number, "range", from_s, to_s),
    ]


def some_id() -> str:
    return uuid4().hex[:24]
