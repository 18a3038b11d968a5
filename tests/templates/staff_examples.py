"""What the partials of the staff's page are rendered with."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from app.jobs.operator_figures import Figures, QueueFigures, WorkerFigures
from app.jobs.operator_renders import FoundRender
from app.renders.fault_words import fault_label
from app.staff.render_words import STATES, span, state_badge, worker_badge

ID = UUID(int=7)
WORDS = SimpleNamespace(
    fault_label=fault_label, span=span, state_badge=state_badge, worker_badge=worker_badge
)
FIGURES = Figures(
    QueueFigures(waiting=3, delayed=1, running=2, teams_waiting=2, oldest_s=125.0, for_plan=4),
    (
        WorkerFigures(ID, "box-1:77", 2, 2, False, 1.5, 7200.0),
        WorkerFigures(ID, "box-2:78", 2, 0, True, 1.5, 90.0),
        WorkerFigures(ID, "box-3:79", 2, 0, False, 240.0, 90.0),
    ),
    (("failed", "page_failed", 12), ("failed", "", 1), ("completed", "", 90)),
)
RENDER = FoundRender(
    render_id=ID,
    workspace_id=ID,
    workspace="acme",
    campaign_id=ID,
    campaign="Spring",
    lead="Grace Hopper",
    email="grace@example.com",
    row=2,
    state="recording",
    attempts=1,
    worker_id=ID,
    cancel_requested=False,
    waits_for_plan=False,
    error_code="",
    error="",
    asked_at=datetime(2026, 11, 23, 13, 5, tzinfo=UTC),
    started_at=None,
    ended_at=None,
    public_id="abc",
    video_key=None,
)
FAILED = replace(RENDER, state="failed", lead="", error_code="page_failed", error="It is gone.")
EMPTY = Figures(QueueFigures(0, 0, 0, 0, 0.0, 0), (), ())
_ROW = "staff/_render_row.html"

STAFF_EXAMPLES: dict[str, dict[str, Any]] = {
    "staff/_figures.html": {"figures": FIGURES, "words": WORDS},
    "staff/_figures.html when empty": {"figures": EMPTY, "words": WORDS},
    "staff/_workers.html": {"figures": FIGURES, "words": WORDS},
    "staff/_workers.html when empty": {"figures": EMPTY, "words": WORDS},
    "staff/_failures.html": {"figures": FIGURES, "words": WORDS},
    "staff/_failures.html when empty": {"figures": EMPTY, "words": WORDS},
    "staff/_renders_toolbar.html": {"states": STATES},
    _ROW: {"render": RENDER, "words": WORDS},
    f"{_ROW} when failed": {"render": FAILED, "words": WORDS},
    f"{_ROW} when ending": {"render": replace(RENDER, cancel_requested=True), "words": WORDS},
    f"{_ROW} when waiting for its plan": {
        "render": replace(RENDER, state="queued", waits_for_plan=True),
        "words": WORDS,
    },
    f"{_ROW} when ready": {"render": replace(RENDER, state="completed"), "words": WORDS},
}
