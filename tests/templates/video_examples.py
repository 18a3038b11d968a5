"""What the partials of videos are rendered with in their test, for tests/templates/examples.py."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from app.billing.plan_fits import Need, offer_for
from app.billing.plans import FREE
from app.billing.scene_prices import Price
from app.renders.fault_words import fault_label, find_remedy
from app.renders.plan_prompt import PlanPrompt
from app.renders.report_words import OUTCOMES, step_label, step_notes
from app.renders.room_words import price_words
from app.renders.state_words import GROUPS, place_in_line, step_words, time_left

ID = UUID(int=7)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def _video(state: str, group: str, **values: Any) -> SimpleNamespace:
    known = {
        "id": ID, "campaign_id": 1, "lead_id": 2, "public_id": "aB3",
        "row": 2, "name": "Naomi", "title": "Naomi", "email": "n@adire.example",
        "company": "Adire Studio", "state": state, "group": group, "error": "It asked.",
        "error_code": "login_wall", "duration_s": 20.0, "ended_at": NOON, "current_id": 6,
        "removed_at": None,
        "picture_id": 6, "has_poster": True, "progress": {}, "is_claimed": False,
        "is_ending": False, "failures": 0, "place": 3,
    }  # fmt: skip
    return SimpleNamespace(**known | values)


AT_WORK = {"step": "recording", "scene": 2, "scenes": 3, "share": 0.4, "left_s": 20.0}
FACES = {
    "in the making": _video("recording", "running", progress=AT_WORK),
    "being cancelled": _video("recording", "running", progress=AT_WORK, is_ending=True),
    "waiting": _video("queued", "waiting", current_id=None, has_poster=False),
    "waiting for plan": _video("queued", "plan", place=None),
    "tried again": _video("queued", "waiting", failures=1),
    "failed": _video("failed", "failed"),
    "cancelled": _video("cancelled", "cancelled", error=""),
    "ready": _video("completed", "done", lead_id=None),
    "no longer kept": _video("completed", "done", removed_at=NOON, current_id=None),
}
WORDS: dict[str, Any] = {
    "groups": GROUPS, "fault_label": fault_label, "find_remedy": find_remedy,
    "place_in_line": place_in_line, "step_words": step_words, "time_left": time_left,
    "left_s": 700.0, "running": {7: 0.4}, "links": SimpleNamespace(url="http://acme.localhost/v/{}".format),
    "wanted": SimpleNamespace(words="", state="done", fault=""), "own": "/videos",
    "totals": SimpleNamespace(
        all=11, under_way=4, unfinished=6, removed=1, going=2, going_at=NOON,
        faults={"login_wall": 2},
        groups={
            "done": 2, "running": 1, "waiting": 3, "plan": 2, "failed": 2, "cancelled": 1,
        },
    ),
    "can_manage": True, "retry_price": Price(2, 40.0), "price_words": price_words,
    "prompt": PlanPrompt("2 videos wait for your plan.", offer_for(FREE, Need(videos=30))),
    "video": FACES["in the making"],
}  # fmt: skip
RENDER = SimpleNamespace(
    id=ID, public_id="aB3", files={}, is_current=False, is_latest=True, lead_id=2,
    created_at=NOON, duration_s=20.0, keep_until=NOON, removed_at=None,
)  # fmt: skip
WITH_FILE = SimpleNamespace(**vars(RENDER) | {"files": {"video.mp4": {"key": "k"}}})
ATTEMPT = SimpleNamespace(
    number=2, outcome="completed", created_at=NOON, error="", log="said the engine",
    steps=[{"step": "recording", "scene": "site", "began_s": 0.5, "took_s": 6.1, "facts": {}}],
)  # fmt: skip
VERSIONS = [
    SimpleNamespace(
        id=each, state=state, is_current=each == 1, ended_at=NOON, created_at=NOON, removed_at=None
    )
    for each, state in enumerate(("queued", "completed", "completed", "failed", "recording"))
]
LEADS = {
    "leads": SimpleNamespace(
        leads=[
            SimpleNamespace(
                id=4, row=2, state="good", name="Naomi", email="n@adire.example", company="",
                problems=[], public_id="aB3",
            )
        ]
    ),
    "videos": {"aB3": SimpleNamespace(id=7, kind="good", label="Ready", symbol="", picture_id=6)},
    "campaign": SimpleNamespace(id=1, state="ready", archived_at=None),
    "tabs": [("", "All", "/", 1)],
}  # fmt: skip

VIDEO_EXAMPLES: dict[str, dict[str, Any]] = {
    "campaigns/_campaign_leads.html": LEADS,
    "campaigns/_campaign_card.html": {"videos": {}},
    "renders/_videos_totals.html": WORDS,
    "renders/_videos_toolbar.html": WORDS,
    "renders/_video_row.html": WORDS,
    **{
        f"renders/{name}.html when {face}": {**WORDS, "video": video, "render": RENDER}
        for name in ("_video_progress", "_video_menu", "_video_row", "_video_player")
        for face, video in FACES.items()
    },
    "renders/_video_progress.html": WORDS,
    "renders/_video_menu.html": WORDS,
    "renders/_video_player.html": {**WORDS, "render": WITH_FILE},
    "renders/_video_aside.html": {
        **WORDS,
        "render": RENDER,
        "versions": VERSIONS,
        "back": "/back",
        "standing": SimpleNamespace(state="open", ends_at=None, own_day=None, asks_password=False),
    },
    "renders/_video_report.html": {
        "facts": [("Sharpness", "Sharp (36.0 dB)")],
        "scenes": [("home", ["Shows https://example.com/."])],
    },
    "renders/_video_timeline.html": {
        "attempts": [ATTEMPT],
        "outcomes": OUTCOMES,
        "step_label": step_label,
        "step_notes": step_notes,
    },
}
