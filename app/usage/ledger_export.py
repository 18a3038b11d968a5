"""Entries and days as files, piece by piece; see app/web/exports.py for how they are sent."""

from typing import Any

from sqlalchemy import tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import UsageEntry
from app.usage.daily import PeriodUsage
from app.usage.ledger import LedgerWanted, Place, conditions, entries_query
from app.usage.ledger_words import kind_words, reason_words
from app.web.exports import ROWS_AT_ONCE, Export, Piece, when

_ENTRY = (
    *("entry", "when", "what", "lead", "e-mail", "campaign", "videos", "seconds", "reason"),
    *("counted", "period from"),
)


def ledger_export(wanted: LedgerWanted) -> Export:
    """Every entry that is wanted, oldest first."""

    async def read(session: AsyncSession, after: Place | None) -> Piece:
        query = entries_query().where(*conditions(session, wanted))
        if after is not None:
            query = query.where(tuple_(UsageEntry.created_at, UsageEntry.id) > after)
        query = query.order_by(UsageEntry.created_at, UsageEntry.id).limit(ROWS_AT_ONCE)
        found = list(await session.execute(query))
        is_last = len(found) < ROWS_AT_ONCE
        place = None if is_last else (found[-1].created_at, found[-1].id)
        return [_entry(row) for row in found], place

    return Export(_ENTRY, read)


def days_export(usage: PeriodUsage) -> Export:
    """Each day (UTC) with each campaign that used something on it, and what was credited."""

    async def read(_session: AsyncSession, _after: None) -> Piece:
        rows = sorted(
            (day, each.name, used) for each in usage.campaigns for day, used in each.days.items()
        )
        lines = [
            [f"{day:%Y-%m-%d}", name, str(used.videos), exact(used.seconds)]
            for day, name, used in rows
        ]
        if usage.credits.videos or usage.credits.seconds:
            lines.append(["", "Credits", str(usage.credits.videos), exact(usage.credits.seconds)])
        return lines, None

    return Export(("day", "campaign", "videos", "seconds"), read)


def exact(seconds: float) -> str:
    """To a microsecond, so that a file's sum is the meter's; never in powers of ten."""
    return f"{seconds:.6f}".rstrip("0").rstrip(".").replace("-0", "0", seconds == 0)


def _entry(row: Any) -> list[str]:
    return [
        *(str(row.id), when(row.created_at), kind_words(row.kind)),
        *(row.lead or "", row.email or "", row.campaign or ""),
        *(str(row.videos), exact(row.seconds), reason_words(row.reason)),
        *(when(row.counted_at), when(row.period_start)),
    ]
