"""What the partials of usage are rendered with in their test: tests/templates/examples.py."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from app.billing.meter import Meter
from app.billing.plans import FREE, GROWTH, UNLIMITED
from app.billing.standing import Period
from app.billing.usage import Usage
from app.usage.daily import CampaignUsage, PeriodUsage, days_of
from app.usage.day_chart import series_of
from app.usage.ledger import Entry, LedgerPage
from app.usage.ledger_words import KINDS, reason_words
from app.usage.period_asked import PeriodAsked

ID = UUID(int=9)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PERIOD = Period(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC))
OSLO = CampaignUsage(ID, "Oslo", {date(2026, 11, 21): Usage(3, 90.0)})
GONE = CampaignUsage(None, "Deleted campaigns", {date(2026, 11, 22): Usage(1, 5.5)})
USAGE = PeriodUsage([OSLO, GONE], Usage(-2, -60.0))
DAYS = days_of(date(2026, 11, 20), date(2026, 11, 23))


def _entry(**values: Any) -> Entry:
    known: dict[str, Any] = {
        "id": ID, "created_at": NOON, "kind": "reserve", "videos": 1,
        "seconds": 45.0, "reason": "", "render_id": ID, "lead": "Naomi",
        "campaign_id": ID, "campaign": "Oslo", "so_far": Usage(4, 95.5),
    }  # fmt: skip
    return Entry(**known | values)


def _row(**values: Any) -> dict[str, Any]:
    return {"entry": _entry(**values), "kinds": KINDS, "reason_words": reason_words}


def _meter(plan: Any, used: Usage, reserved: Usage) -> dict[str, Any]:
    return {"meter": Meter(plan, plan.limits, PERIOD, used, reserved)}


TABLE = {"series": series_of(USAGE.campaigns, "videos"), "days": DAYS, "usage": USAGE}
USAGE_EXAMPLES: dict[str, dict[str, Any]] = {
    "usage/_usage_meter.html": _meter(GROWTH, Usage(37, 1_570), Usage(3, 120)),
    "usage/_usage_meter.html beyond a smaller plan": _meter(FREE, Usage(37, 1_570), Usage(0, 0)),
    "usage/_usage_meter.html without a limit": _meter(UNLIMITED, Usage(37, 1_570), Usage(3, 120)),
    "campaigns/_usage.html": {"meter": None},
    "campaigns/_usage.html where plans are sold": _meter(FREE, Usage(9, 500), Usage(1, 45)),
    "usage/_billing_tabs.html": {"current": "usage"},
    "usage/_days_table.html": TABLE | {"unit": "videos"},
    "usage/_days_table.html of minutes": TABLE | {"unit": "minutes"},
    "usage/_campaigns_table.html": {
        "usage": USAGE, "shown": USAGE.campaigns[:1], "asked": PeriodAsked("", NOON, DAYS),
    },
    "usage/_period_choice.html": {"periods": [("20261020T000000", "From 20 Oct 2026")]},
    "usage/_ledger_toolbar.html": {
        "periods": [("20261020T000000", "From 20 Oct 2026")], "campaigns": [(ID, "Oslo")],
        "kinds": KINDS,
    },
    "usage/_ledger_sum.html": {"found": LedgerPage([_entry()], 1, Usage(1, 45.0), None, None)},
    "usage/_ledger_row.html": _row(),
    "usage/_ledger_row.html of what is gone": _row(
        kind="release", videos=-1, seconds=-45.0, reason="cancelled", render_id=None, lead="",
        campaign_id=None, campaign="",
    ),
    "usage/_ledger_row.html of a credit": _row(
        kind="adjust", videos=-20, seconds=-600.0, reason="Sorry for the outage.", render_id=None,
    ),
}  # fmt: skip
