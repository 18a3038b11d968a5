"""What a team typed for its landing pages, checked whole: what can be saved, and what is wrong.

A prospect must never be the one who finds a mistake, so nothing wrong is saved.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pydantic import ValidationError

from app.viewer.page_choices import PageChoices, stored
from app.viewer.page_fields import GROUPS, Values, values_of
from app.viewer.phrases import check_phrases

_PHRASES = ("headline", "text")
_CALENDLY = "calendly.com"
_NAMES = {"label": "the words on it", "url": "its address", "headline": "a headline"}


@dataclass(frozen=True)
class CheckedPage:
    """`values`: the right ones of the groups asked for, as LandingPage.choices keeps them.
    `errors`: a sentence for each field that is wrong."""

    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def check_page(
    typed: Mapping[str, str],
    *,
    groups: Collection[str] = tuple(GROUPS),
    columns: Collection[str] | None,
    may_hide_made_with: bool = True,
    calendar_origins: Collection[str] = (),
) -> CheckedPage:
    """The fields of these groups. `columns`: the headers of the campaign's list, None for all
    campaigns of a workspace. `calendar_origins`: whose pages do as well as Calendly's.

    Unless `may_hide_made_with` nothing is said of that, whatever was typed."""
    values, places = values_of(typed)
    wanted = {name for group in groups for name in GROUPS[group]}
    values = {name: value for name, value in values.items() if name in wanted}
    if not may_hide_made_with:
        # Nobody could choose: what was chosen under a larger plan is to come back with one.
        values.pop("shows_made_with", None)
    if "booking" in values:
        values["booking"] = _booking(values["booking"])
    errors = _schema_errors(values, places)
    if "headline" in values and not values["headline"]:
        errors["headline"] = "Enter a headline."
    for name in _PHRASES:
        if (
            name in values
            and name not in errors
            and (wrong := check_phrases(values[name], columns))
        ):
            errors[name] = " ".join(wrong)
    if "booking" in values and not any(name.startswith("booking_") for name in errors):
        errors |= _booking_errors(values["booking"], calendar_origins)
    wrong_names = {_name_of(name, places) for name in errors}
    right = {name: value for name, value in values.items() if name not in wrong_names}
    return CheckedPage(stored(right), errors)


def _booking(booking: Values) -> Values:
    """Without what its kind has no use for, and with the usual words where they were emptied."""
    kept = dict(booking)
    if not kept["label"]:
        del kept["label"]
    if kept["kind"] == "none":
        kept["url"] = ""
    if not kept["opens"]:
        del kept["opens"]
    return kept


def _booking_errors(booking: Values, calendar_origins: Collection[str]) -> dict[str, str]:
    if booking.get("kind") not in {"calendly", "link"} or _is_of(booking, calendar_origins):
        return {}
    if not booking["url"]:
        return {"booking_url": "Enter the address where a time is booked."}
    parts = _address_of(booking)
    if parts.scheme != "https":
        return {"booking_url": "Use an address that begins with https://."}
    host = parts.hostname or ""
    if booking["kind"] == "calendly" and not (host == _CALENDLY or host.endswith(f".{_CALENDLY}")):
        return {
            "booking_url": "This is not an address of calendly.com, such as "
            "https://calendly.com/you/30min. For another one choose “Another page”."
        }
    if booking["kind"] == "calendly" and parts.path in {"", "/"}:
        return {"booking_url": "Enter the whole address, such as https://calendly.com/you/30min."}
    return {}


def _address_of(booking: Values) -> SplitResult:
    """As it will be stored: the schema has accepted it."""
    return urlsplit(PageChoices.model_validate({"booking": booking}).booking.url)


def _is_of(booking: Values, calendar_origins: Collection[str]) -> bool:
    """Whether it is a calendar of these origins."""
    parts = _address_of(booking)
    return booking["kind"] == "calendly" and f"{parts.scheme}://{parts.netloc}" in calendar_origins


def _schema_errors(values: Values, places: Mapping[tuple[Any, ...], str]) -> dict[str, str]:
    try:
        PageChoices.model_validate(values)
    except ValidationError as invalid:
        errors: dict[str, str] = {}
        for each in invalid.errors():
            place = each["loc"]
            found = next((places[place[:n]] for n in (3, 2, 1) if place[:n] in places), None)
            errors.setdefault(found or str(place[0]), _sentence(str(place[-1]), place, each))
        return errors
    return {}


def _sentence(name: str, place: tuple[Any, ...], error: Any) -> str:
    if "at_s" in place:
        return "Enter a moment of the video such as 0:45, at most an hour in."
    kind, given = error["type"], error.get("ctx", {})
    limit = next((each for each in given.values() if isinstance(each, int | float)), 0)
    sentences = {
        "value_error": str(given.get("error", "")),
        "string_too_long": f"Keep it to {limit:,} characters.",
        "string_too_short": f"Enter {_NAMES.get(name, 'something')}.",
        "int_parsing": "Enter a whole number of days.",
        "greater_than_equal": f"Enter {limit:,} or more.",
        "less_than_equal": f"Enter {limit:,} or less.",
    }
    return sentences.get(kind, "Choose one of the options.")


def _name_of(field_name: str, places: Mapping[tuple[Any, ...], str]) -> str:
    """The choice a field belongs to."""
    return next((str(place[0]) for place, each in places.items() if each == field_name), field_name)
