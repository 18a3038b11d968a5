"""What a URL asks of the ledger: filter and place; it reads no row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.usage.ledger import LedgerWanted, Place
from app.usage.ledger_words import KINDS, kind_words

ALL = "all"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class LedgerAsked:
    """`period`: its beginning as it is written in a URL, `all`, or "" for the one that is now."""

    period: str
    wanted: LedgerWanted
    after: Place | None
    before: Place | None

    @property
    def query(self) -> dict[str, str]:
        """The filter as query parameters, without the place."""
        campaign_id = self.wanted.campaign_id
        return {
            "period": self.period,
            "campaign": str(campaign_id) if campaign_id else "",
            "kind": self.wanted.kind or "",
        }


def read_ledger_asked(
    query: Mapping[str, str], now_start: datetime, periods: Sequence[datetime]
) -> LedgerAsked:
    """What makes no sense is left out: a link must not break. `now_start`: the beginning of the
    period that is; `periods`: those of all there are."""
    known = {written_period(each): each for each in periods if each != now_start}
    period = query.get("period", "")
    if period == ALL:
        start = None
    elif period in known:
        start = known[period]
    else:
        period, start = "", now_start
    kind = query.get("kind", "")
    wanted = LedgerWanted(
        period_start=start,
        is_now=period == "",
        campaign_id=_uuid(query.get("campaign", "")),
        kind=kind if kind in KINDS else None,
    )
    return LedgerAsked(period, wanted, _place(query.get("after")), _place(query.get("before")))


def filter_chips(asked: LedgerAsked, names: Mapping[UUID, str]) -> list[tuple[str, dict[str, str]]]:
    """What narrows, in words, each with what the URL is without it."""
    found = []
    if asked.wanted.period_start is not None:
        text = "This period" if asked.wanted.is_now else period_words(asked.wanted.period_start)
        found.append((text, {"period": ALL}))
    if asked.wanted.campaign_id is not None:
        name = names.get(asked.wanted.campaign_id, "A campaign no longer there")
        found.append((name, {"campaign": ""}))
    if asked.wanted.kind is not None:
        found.append((kind_words(asked.wanted.kind), {"kind": ""}))
    return found


def period_words(start: datetime) -> str:
    start = start.astimezone(UTC)
    return f"From {start.day} {start:%b} {start.year}"


def written_period(start: datetime) -> str:
    """To the second, which two periods never share."""
    return f"{start.astimezone(UTC):%Y%m%dT%H%M%S}"


def written_place(place: Place | None) -> str | None:
    """For `after` and `before`: to the microsecond, so that no entry falls between two pages."""
    if place is None:
        return None
    return f"{(place[0] - _EPOCH) // timedelta(microseconds=1)}.{place[1].hex}"


def _place(text: str | None) -> Place | None:
    moment, _, key = (text or "").partition(".")
    entry_id = _uuid(key)
    # Up to the year 9999, which is as far as a datetime goes.
    if entry_id is None or not (moment.isascii() and moment.isdigit() and len(moment) <= 17):
        return None
    return _EPOCH + timedelta(microseconds=int(moment)), entry_id


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
