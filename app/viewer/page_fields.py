"""The choices for landing pages as fields of a form, and back; it checks nothing but their shape.

Names of fields: those of PageChoices; `booking_url`; `action_1_label`, `_url`, `_at`;
`link_1_label`, `_url`; a checkbox that is off is empty.
"""

import re
from collections.abc import Mapping
from typing import Any

from app.phrases import duration
from app.viewer.page_choices import MOST_LINKS, PageChoices

Values = dict[str, Any]

# What a campaign takes over from its workspace or decides itself, each as a whole.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "words": ("headline", "text", "speaker"),
    "look": ("accent", "background", "font"),
    "booking": ("booking",),
    "actions": ("actions",),
    "foot": ("footer", "legal_links", "shows_made_with"),
    "rights": ("allows_download", "allows_embed", "expires_after_days"),
}
ROWS = tuple(range(1, MOST_LINKS + 1))
_TEXTS = ("headline", "text", "speaker", "accent", "background", "font", "footer")
_SWITCHES = ("shows_made_with", "allows_download", "allows_embed")
_BOOKING = ("kind", "url", "label", "opens")
_MOMENT = re.compile(r"(?:([0-9]{1,2}):)?([0-9]{1,4}(?:\.[0-9]+)?)")


class NotAMoment(ValueError):
    """A text that names no moment of a video."""


def fields_of(choices: PageChoices) -> dict[str, str]:
    """All fields, as these choices have them."""
    fields = {name: str(getattr(choices, name)) for name in _TEXTS}
    fields |= {name: _switch(getattr(choices, name)) for name in _SWITCHES}
    fields["expires_after_days"] = str(choices.expires_after_days or "")
    booking = choices.booking
    fields |= {f"booking_{name}": str(getattr(booking, name)) for name in _BOOKING}
    fields["booking_asks_consent"] = _switch(booking.asks_consent)
    for row in ROWS:
        fields |= {f"action_{row}_{part}": "" for part in ("label", "url", "at")}
        fields |= {f"link_{row}_{part}": "" for part in ("label", "url")}
    for row, action in enumerate(choices.actions, 1):
        at = "" if action.at_s is None else duration(action.at_s)
        fields |= {f"action_{row}_label": action.label, f"action_{row}_url": action.url}
        fields[f"action_{row}_at"] = at
    for row, link in enumerate(choices.legal_links, 1):
        fields |= {f"link_{row}_label": link.label, f"link_{row}_url": link.url}
    return fields


def values_of(typed: Mapping[str, str]) -> tuple[Values, dict[tuple[Any, ...], str]]:
    """What the fields say as PageChoices reads it, and the field of each place in it, such as
    ("actions", 0, "url"): empty rows are left out, so places and rows differ.
    """
    values: Values = {name: _lines(typed.get(name, "")) for name in _TEXTS}
    values |= {name: typed.get(name) == "on" for name in _SWITCHES}
    values["expires_after_days"] = typed.get("expires_after_days", "").strip() or None
    values["booking"] = {name: typed.get(f"booking_{name}", "").strip() for name in _BOOKING}
    values["booking"]["asks_consent"] = typed.get("booking_asks_consent") == "on"
    places: dict[tuple[Any, ...], str] = {
        ("booking", name): f"booking_{name}" for name in (*_BOOKING, "asks_consent")
    }
    values["actions"] = _rows(typed, "action", ("label", "url", "at"), "actions", places)
    for action in values["actions"]:
        action["at_s"] = _moment_or_text(action.pop("at"))
    values["legal_links"] = _rows(typed, "link", ("label", "url"), "legal_links", places)
    return values, places


def read_moment(text: str) -> float | None:
    """Seconds of `0:45`, `1:05.5` or `45`; None for an empty text. Raises NotAMoment."""
    bare = text.strip()
    if not bare:
        return None
    found = _MOMENT.fullmatch(bare)
    if found is None or (found[1] and float(found[2]) >= 60):
        raise NotAMoment
    return int(found[1] or 0) * 60 + float(found[2])


def _rows(
    typed: Mapping[str, str],
    kind: str,
    parts: tuple[str, ...],
    name: str,
    places: dict[tuple[Any, ...], str],
) -> list[Values]:
    rows: list[Values] = []
    for row in ROWS:
        fields = {part: typed.get(f"{kind}_{row}_{part}", "").strip() for part in parts}
        if any(fields.values()):
            for part in parts:
                place = (name, len(rows), "at_s" if part == "at" else part)
                places[place] = f"{kind}_{row}_{part}"
            rows.append(fields)
    return rows


def _moment_or_text(text: str) -> float | str | None:
    """What is no moment stays, to be refused with its place."""
    try:
        return read_moment(text)
    except NotAMoment:
        return text


def _switch(on: bool) -> str:
    return "on" if on else ""


def _lines(text: str) -> str:
    """Browsers send lines with \\r\\n, which counts twice against a limit."""
    return text.replace("\r\n", "\n").strip()
