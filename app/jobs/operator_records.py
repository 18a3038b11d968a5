"""A render as a record for programs: what `loomlite jobs --json` prints; names never change."""

from datetime import datetime
from typing import Any

from app.jobs.operator_renders import FoundRender
from app.renders.models import RenderAttempt
from app.settings import Settings
from app.storage.interface import Storage

LINK_FOR_S = 3600


def render_record(render: FoundRender, settings: Settings, storage: Storage) -> dict[str, Any]:
    """`video_url` works for an hour, for whoever has it; times are ISO 8601 in UTC."""
    key = render.video_key
    return {
        "render": str(render.render_id),
        "workspace": render.workspace,
        "campaign": {"id": str(render.campaign_id), "name": render.campaign},
        "lead": {"row": render.row, "name": render.lead, "email": render.email},
        "state": render.state,
        "attempts": render.attempts,
        "error": {"code": render.error_code, "text": render.error} if render.error else None,
        "asked_at": _iso(render.asked_at),
        "started_at": _iso(render.started_at),
        "ended_at": _iso(render.ended_at),
        "took_s": render.took_s,
        "viewer_url": render.viewer_url(settings),
        "video_url": storage.signed_url(key, LINK_FOR_S) if key else None,
    }


def attempt_record(attempt: RenderAttempt) -> dict[str, Any]:
    """One try. `outcome` is empty while it runs; `log` is the end of what the engine wrote."""
    return {
        "number": attempt.number,
        "worker": attempt.worker,
        "outcome": attempt.outcome,
        "error": {"code": attempt.error_code, "text": attempt.error} if attempt.error else None,
        "began_at": _iso(attempt.created_at),
        "ended_at": _iso(attempt.ended_at),
        "steps": attempt.steps,
        "log": attempt.log,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds") if moment else None
