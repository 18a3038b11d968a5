"""The filters of phrases: what each does to a text, and what it must be given; none can fail."""

import re
from collections.abc import Callable

Argument = str | int

MOST_TRUNCATED_CHARS = 1000
# A word with its apostrophe: “o’neil” is one.
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def _default(value: str, other: Argument = "") -> str:
    return value or str(other)


def _title(value: str) -> str:
    return _WORD.sub(lambda word: word[0][:1].upper() + word[0][1:].lower(), value)


def _truncate(value: str, chars: Argument = MOST_TRUNCATED_CHARS) -> str:
    """At most so many characters, at the end of a word where there is one in the last third."""
    most = int(chars)
    if len(value) <= most:
        return value
    cut = value[: most - 1]
    at_word, _, _ = cut.rpartition(" ")
    return (at_word if len(at_word) * 3 > len(cut) * 2 else cut).rstrip(" ,.;:–-") + "…"


FILTERS: dict[str, Callable[..., str]] = {
    "default": _default,
    "upper": lambda value: value.upper(),
    "lower": lambda value: value.lower(),
    "title": _title,
    "truncate": _truncate,
}


def apply_filter(name: str, value: str, arguments: tuple[Argument, ...]) -> str:
    """The value through a filter whose arguments have been found right."""
    return FILTERS[name](value, *arguments)


def argument_problem(name: str, arguments: tuple[Argument, ...]) -> str:
    """What is wrong with a filter's arguments, as a sentence; "" if nothing is."""
    if name == "default":
        right = len(arguments) == 1 and isinstance(arguments[0], str)
        return "" if right else 'Say what stands there instead: default("there").'
    if name == "truncate":
        most = arguments[0] if len(arguments) == 1 else None
        right = isinstance(most, int) and 1 <= most <= MOST_TRUNCATED_CHARS
        return "" if right else "Say how many characters it may have: truncate(40)."
    return f"{name} takes nothing in brackets." if arguments else ""
