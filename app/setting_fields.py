"""How a setting is declared: its variable, meaning and default, and how its text is read."""

from collections.abc import Callable
from dataclasses import field
from typing import Any

from app.errors import LoomliteError

# Takes the variable's name and its text. Raises SettingsInvalid.
Reader = Callable[[str, str], Any]


class SettingsInvalid(LoomliteError):
    """A setting is missing or cannot be used. The text names it and says what it should be."""


def as_it_is(_name: str, text: str) -> str:
    return text


def whole_number(at_least: int, at_most: int) -> Reader:
    """A number without a fraction, between the two or one of them."""

    def read(name: str, text: str) -> int:
        if not text.isdecimal() or not at_least <= int(text) <= at_most:
            raise SettingsInvalid(
                f"{name} must be a number from {at_least} to {at_most}, not {text}."
            )
        return int(text)

    return read


def setting(
    name: str,
    meaning: str,
    default: Any,
    *,
    shown: str = "",
    secret: bool = False,
    read: Reader = as_it_is,
) -> Any:
    """A field of a settings class. `shown` stands for the default where its value says little."""
    metadata = {
        "name": name,
        "meaning": meaning,
        "shown": shown or str(default),
        "secret": secret,
        "read": read,
    }
    return field(default=default, metadata=metadata)
