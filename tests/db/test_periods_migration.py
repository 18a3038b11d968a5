"""What was used before there were periods counts in months, and in the campaign of its render."""

from datetime import UTC, datetime

from sqlalchemy import CursorResult, select, text

from app.billing.models import UsageEntry
from app.db.base import new_id
from app.db.session import Database
from tests.db.scripts import script_of
from tests.jobs.render_rows import add_rows, make_campaign, make_render, make_workspace

MARCH = datetime(2026, 3, 1, tzinfo=UTC)


async def test_each_line_of_the_ledger_is_written_once_and_none_is_left_out(
    database: Database,
) -> None:
    acme = await make_workspace(database, "acme")
    campaign_id = await make_campaign(database, acme)
    made, under_way = [
        (await make_render(database, acme, campaign_id, state)).id
        for state in ("completed", "queued")
    ]
    lines = {
        "made": (made, datetime(2026, 3, 31, 23, 59, tzinfo=UTC), campaign_id, MARCH),
        "under way": (under_way, None, campaign_id, None),
        "deleted": (new_id(), datetime(2026, 3, 1, tzinfo=UTC), None, MARCH),
        "deleted, open": (new_id(), None, None, None),
    }
    entries = [
        UsageEntry(
            workspace_id=acme.id, render_id=render_id, kind="reserve", videos=1, seconds=9.0,
            reason=reason, counted_at=counted_at,
        )
        for reason, (render_id, counted_at, _, _) in lines.items()
    ]  # fmt: skip
    await add_rows(database, acme.id, *entries)
    async with database.session(every_workspace=True) as session:
        written = await session.execute(text(script_of("0022").COUNT_IN_PERIODS))
        assert isinstance(written, CursorResult)
        assert written.rowcount == len(lines) - 1
        rows = await session.execute(
            select(UsageEntry.reason, UsageEntry.campaign_id, UsageEntry.period_start)
        )
        found = {reason: (campaign, period) for reason, campaign, period in rows}
    assert found == {reason: (line[2], line[3]) for reason, line in lines.items()}
