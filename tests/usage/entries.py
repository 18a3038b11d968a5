"""Acme's ledger for tests: entries as they are written for videos, put there at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from app.billing.models import UsageEntry
from app.db.base import new_id
from app.workspaces.models import Workspace
from tests.cast import Cast, in_workspace


@dataclass(frozen=True)
class Made:
    """A video that was made: reserved at `reserved_s`, then `seconds` were paid."""

    campaign_id: UUID | None
    at: datetime
    seconds: float = 20.0
    reserved_s: float = 45.0
    videos: int = 1
    render_id: UUID | None = None


def month_start(moment: datetime | None = None) -> datetime:
    """When the period of who bought nothing began."""
    moment = (moment or datetime.now(UTC)).astimezone(UTC)
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def rows_of(made: Made) -> list[dict[str, Any]]:
    """Its reserve, closed, and what settled it."""
    render_id = made.render_id or new_id()
    shared = {
        "render_id": render_id,
        "campaign_id": made.campaign_id,
        "counted_at": made.at,
        "period_start": month_start(made.at),
        "reason": "",
    }
    before = made.at - timedelta(minutes=3)
    return [
        shared | {"kind": "reserve", "videos": 1, "seconds": made.reserved_s, "created_at": before},
        shared
        | {
            "kind": "settle",
            "videos": made.videos - 1,
            "seconds": made.seconds - made.reserved_s,
            "created_at": made.at,
        },
    ]


def reserved(campaign_id: UUID | None, at: datetime, seconds: float = 45.0) -> dict[str, Any]:
    """A video that is being made."""
    return _row(kind="reserve", videos=1, seconds=seconds, campaign_id=campaign_id, created_at=at)


def credit(at: datetime, videos: int, seconds: float, reason: str) -> dict[str, Any]:
    return _row(
        kind="adjust",
        videos=-videos,
        seconds=-seconds,
        reason=reason,
        render_id=None,
        created_at=at,
        counted_at=at,
        period_start=month_start(at),
    )


async def put_entries(
    cast: Cast, rows: Iterable[dict[str, Any]], workspace: Workspace | None = None
) -> None:
    home = workspace or cast.acme
    full = [_row(**row) | {"id": new_id(), "workspace_id": home.id} for row in rows]
    async with cast.site.database.session() as session:
        await in_workspace(session, home)
        for at in range(0, len(full), 2_000):
            await session.execute(insert(UsageEntry), full[at : at + 2_000])


def _row(**values: Any) -> dict[str, Any]:
    known = {
        "render_id": new_id(),
        "campaign_id": None,
        "reason": "",
        "counted_at": None,
        "period_start": None,
    }
    return known | values
