"""Reads what the engine tells, line by line, and believes none of it unseen; it starts nothing."""

import json
from typing import Any

from app.pipeline.process import PROTOCOL_VERSION

Event = dict[str, Any]

ENDINGS = ("finished", "failed")

# What each event must hold for those who read it; others may be told and are passed on.
_STEP: dict[str, type] = {"step": str, "done": int, "total": int}
_HOLDS: dict[str, dict[str, type]] = {
    "hello": {"version": int},
    "step": _STEP,
    "scene": {"scene": str, **_STEP},
    "page": {"url": str, "depth": str, "ok": bool},
    "failed": {"error": str, "message": str, "permanent": bool},
}
_ANSWERS: dict[str, dict[str, type]] = {
    "render": {"report": dict},
    "preview": {"report": dict},
    "preflight": {"pages": int, "failed": int},
    "probe": {"facecam": dict},
    "prepare-clip": {"clip": dict},
}


def read_event(line: bytes, command: str) -> Event:
    """The event in one line of an engine that runs `command`.

    Raises ValueError, which says what is wrong with it.
    """
    try:
        event = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(event, dict):
        raise ValueError("no object")
    kind = event.get("event")
    if not isinstance(kind, str):
        raise ValueError("it names no event")
    held = _ANSWERS[command] if kind == "finished" else _HOLDS.get(kind, {})
    for name, wanted in held.items():
        if not isinstance(event.get(name), wanted):
            raise ValueError(f"{kind} without {name}")
    return event


def is_known_hello(event: Event) -> bool:
    """Whether this is how an engine begins that tells what we understand."""
    return event == {"event": "hello", "version": PROTOCOL_VERSION}


def is_failure(event: Event) -> bool:
    return event.get("event") == "failed"
