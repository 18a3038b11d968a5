"""Acme's board for tests: many campaigns, their leads, and what a page asks of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.campaigns.models import Campaign, Lead
from app.db.base import new_id
from app.workspaces.models import Workspace
from tests.cast import Cast, in_workspace

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HEADERS = ["Name", "E-mail", "Company"]


async def put_campaigns(
    cast: Cast, count: int, *, workspace: Workspace | None = None, **fields: Any
) -> list[UUID]:
    """`Campaign 1`, `Campaign 2`, … each a day younger than the one before."""
    home = workspace or cast.acme
    rows = [
        {
            "id": new_id(),
            "workspace_id": home.id,
            "name": f"Campaign {number}",
            "created_at": NOON + timedelta(days=number),
            "updated_at": NOON + timedelta(days=number),
            **fields,
        }
        for number in range(1, count + 1)
    ]
    async with cast.site.database.session() as session:
        await in_workspace(session, home)
        await session.execute(insert(Campaign), rows)
    return [row["id"] for row in rows]


async def put_leads(cast: Cast, campaign_id: UUID, count: int, **fields: Any) -> None:
    """Good leads in the rows 2, 3, …; the campaign counts them."""
    rows = [
        {
            "workspace_id": cast.acme.id,
            "campaign_id": campaign_id,
            "row": number,
            "state": "good",
            "name": f"Lead {number}",
            "email": f"lead{number}@example.com",
            "company": f"Company {number}",
            "cells": [f"Lead {number}", f"lead{number}@example.com", f"Company {number}"],
            **fields,
        }
        for number in range(2, count + 2)
    ]
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(insert(Lead), rows)
        campaign = await session.get_one(Campaign, campaign_id)
        campaign.good_leads, campaign.leads_state = count, "ready"
        campaign.lead_columns = {"headers": HEADERS, "name": ["Name"]}


@contextmanager
def counted_statements(cast: Cast) -> Iterator[list[str]]:
    """What reaches the database while the block runs, without savepoints."""
    bind = cast.site.database.bind
    assert isinstance(bind, AsyncConnection)
    assert bind.sync_connection is not None
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            seen.append(statement)

    event.listen(bind.sync_connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(bind.sync_connection, "before_cursor_execute", note)
