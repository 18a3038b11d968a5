"""What the partials of analytics are rendered with in their test: tests/templates/examples.py."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from app.analytics.charts import percent
from app.analytics.curves import curve, retention, scene_shares, strip
from app.analytics.figures import Compared, LeftOut, Reached
from app.analytics.lead_ranks import LeadRank
from app.analytics.periods import Counts, read_period, spans
from app.analytics.scene_times import SceneTime
from app.analytics.visit_lists import ApartCount, Watcher
from app.analytics.visit_words import reason_words
from app.analytics.words import KINDS, days_chart, lasted, scene_heats
from app.web.paging import Pager

ID = UUID(int=7)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CAMPAIGN = SimpleNamespace(id=ID, name="Oslo")
PERIOD = read_period("30d", NOON.date())
PIECES = spans({date(2026, 11, 20): Counts(opens=3, plays=2)}, PERIOD)
SCENES = [SceneTime("profile", 0, 2), SceneTime("site", 2, 4)]
SECONDS = [4, 3, 2, 0]
SHARES = retention(SECONDS, 4)


def _visit(kind: str, **values: Any) -> SimpleNamespace:
    known = {
        "kind": kind, "reason": "", "opened_at": NOON, "is_sample": False, "is_private": False,
        "device": "phone", "browser": "Safari", "source": "page", "referrer_host": "",
        "played_at": NOON, "watched_s": 3, "duration_s": 4,
    }  # fmt: skip
    return SimpleNamespace(**known | values)


VISITS = [
    _visit("person", source="embed", referrer_host="mail.example"),
    _visit("person", is_private=True),
    _visit("scanner", reason="burst", played_at=None, device=""),
    _visit("team", is_sample=True),
]
LEAD = SimpleNamespace(
    opens=2, is_sample=True, first_opened_at=NOON, watched_share=0.5, played_s=5,
    unmuted_at=NOON, booked_at=None,
)  # fmt: skip
WATCHERS = [
    Watcher(ID, "Naomi", "Adire", 2, 4, False, NOON),
    Watcher(ID, "Ada", "", 4, 4, True, NOON - timedelta(seconds=9)),
]


def _rank(**values: Any) -> LeadRank:
    known: dict[str, Any] = {
        "render_id": ID, "name": "Naomi", "email": "", "company": "Adire", "opens": 2,
        "last_seen_at": NOON, "watched_share": 1.0, "ended_at": NOON, "booked_at": None,
        "is_sample": True,
    }  # fmt: skip
    return LeadRank(**known | values)


VIEWS = SimpleNamespace(
    lead=LEAD, strip=strip(SECONDS, SCENES, 4), strip_said="0:03 of 0:04 watched.",
    scenes=scene_heats(SECONDS, SCENES), visits=VISITS, watchers=WATCHERS, kinds=KINDS,
    reason_words=reason_words, lasted=lasted,
)  # fmt: skip
UNSEEN = SimpleNamespace(
    **vars(VIEWS) | {"lead": None, "strip": None, "visits": [], "watchers": []}
)
RETENTION: dict[str, Any] = {
    "curve": curve(SHARES, SCENES, 4), "curve_said": "All saw it.", "shares": SHARES,
    "scenes": scene_shares(SHARES, SCENES), "campaign": CAMPAIGN,
    "heat": SimpleNamespace(seconds=SECONDS, plays=4),
}  # fmt: skip
APART: dict[str, Any] = {
    "campaign": CAMPAIGN, "period": PERIOD, "kinds": KINDS, "reason_words": reason_words,
    "left_out": LeftOut(1, 2, 3), "left_out_counts": [ApartCount("scanner", "agent", 2)],
    "left_out_visits": [(VISITS[2], ID, "Naomi", ""), (VISITS[3], None, "", "")],
}  # fmt: skip

ANALYTICS_EXAMPLES: dict[str, dict[str, Any]] = {
    "analytics/_days_table.html": {"pieces": PIECES, "drawn": days_chart(PIECES)},
    "analytics/_left_out_line.html": {"left_out": LeftOut(1, 2, 3)},
    "analytics/_left_out_line.html of nothing": {"left_out": LeftOut()},
    "analytics/_comparison.html": {
        "compared": [Compared(ID, "Oslo", 3, Reached(4, 3, 2, 2, 1, 1, 1))], "percent": percent,
        "wide": lambda part, whole: 50.0, "period": PERIOD, "pager": Pager(1, 1, 1, None, None),
    },
    "analytics/_watchers.html": {"campaign": CAMPAIGN, "watchers": WATCHERS},
    "analytics/_watchers.html of nobody": {"campaign": CAMPAIGN, "watchers": []},
    "analytics/_retention.html": RETENTION,
    "analytics/_retention.html before a play": RETENTION | {"curve": None},
    "analytics/_lead_ranks.html": {
        "campaign": CAMPAIGN, "none_text": "Nobody.", "title": "Watched the most",
        "ranked": [_rank(), _rank(booked_at=NOON, is_sample=False), _rank(ended_at=None)],
    },
    "analytics/_lead_ranks.html of nobody": {
        "campaign": CAMPAIGN, "none_text": "Nobody.", "title": "Watched", "ranked": [],
    },
    "analytics/_left_out.html": APART,
    "analytics/_left_out.html of nothing": APART | {
        "left_out": LeftOut(), "left_out_counts": [], "left_out_visits": [],
    },
    "analytics/_video_views.html": {
        "views": VIEWS, "campaign": CAMPAIGN, "render": SimpleNamespace(id=ID),
    },
    "analytics/_video_views.html of nobody": {
        "views": UNSEEN, "campaign": CAMPAIGN, "render": SimpleNamespace(id=ID),
    },
    "analytics/_video_visits.html": {"views": VIEWS},
}  # fmt: skip
