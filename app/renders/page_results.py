"""What the engine says of a page becomes what is kept of it: ready, doubtful or failing."""

from collections.abc import Mapping
from typing import Any

from app.renders.page_checks import PageResult


def page_result(event: Mapping[str, Any], digest: str, picture_key: str | None) -> PageResult:
    """The result in a "page" event of `python -m app.pipeline preflight`."""
    is_open = bool(event["ok"])
    # Why a person should look at a page that can be recorded.
    doubts = [str(doubt) for doubt in event.get("doubts") or ()] if is_open else []
    return PageResult(
        digest=digest,
        verdict="fails" if not is_open else "doubtful" if doubts else "ready",
        doubts=doubts,
        final_url=str(event.get("final_url") or "")[:5000],
        title=str(event.get("title") or "")[:500],
        height_px=event.get("height_px"),
        notices=[str(notice) for notice in event.get("notices") or ()],
        error_code=str(event.get("error") or "")[:60],
        message=str(event.get("message") or "")[:6000],
        is_permanent=bool(event.get("permanent")),
        wall_s=float(event.get("wall_s") or 0.0),
        picture_key=picture_key,
    )
