"""What we write to people: a letter's words from its templates. Knows nothing of how mail travels.

Each letter is a pair, `letters/<name>.txt` (with its subject) and `letters/<name>.html`; the first
line of the pair names what it needs. `app_name` is always there and may be given.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.mail.addresses import read_address

LetterName = Literal[
    "sign_in_link",
    "reset_password",
    "password_changed",
    "invitation",
    "confirm_email",
    "email_changed",
    "email_in_use",
    "sign_in_notice",
    "workspace_deleted",
    "ownership_transferred",
    "render_batch_ended",
    "views",
    "weekly_summary",
    "domain_failing",
    "domain_withdrawn",
    "plan_room",
    "billing_news",
    "videos_going",
    "domain_plan_ending",
    "domain_plan_ended",
]
# What a letter is told: texts, numbers, times, and rows of such.
Plain = str | int | datetime
Value = Plain | list[dict[str, str]]
# Python's own names follow the server's locale; letters are in English.
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
LETTER_NAMES: tuple[LetterName, ...] = get_args(LetterName)


@dataclass(frozen=True)
class Letter:
    """A letter to one person. Made only with an address and a subject that fit into a header:
    anything else, a line break above all, raises ValueError."""

    to: str
    subject: str
    text: str
    html: str

    def __post_init__(self) -> None:
        read_address(self.to)
        if not self.subject.strip() or any(map(_is_control, self.subject)):
            raise ValueError("A subject is one line of text.")


def write_letter(name: LetterName, to: str, /, **context: Value) -> Letter:
    """The letter `name` to the address `to`, in words for a person and in HTML.

    Texts in `context` become one line each, since names come from strangers. A time carries its
    zone; times and numbers may be text (ISO 8601), as they come out of a queue. Raises ValueError
    for an unfit address or time, jinja2.UndefinedError when the context lacks something.
    """
    values = {key: _one_line(value) for key, value in context.items()}
    words = _LETTERS.get_template(f"letters/{name}.txt")
    subject = "".join(words.blocks["subject"](words.new_context(values)))
    html = _LETTERS.get_template(f"letters/{name}.html").render(values, subject=subject)
    return Letter(to, subject.strip(), words.render(values).strip() + "\n", html)


def _one_line(value: Value) -> Value:
    if isinstance(value, list):
        return [{key: _line(text) for key, text in row.items()} for row in value]
    return _line(value) if isinstance(value, str) else value


def _line(text: str) -> str:
    return " ".join("".join(" " if _is_control(c) else c for c in text).split())


def date_words(moment: date) -> str:
    """“3 December 2026”."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


def _moment(time: datetime | str) -> str:
    """`3 November 2026, 09:05 UTC`, in the zone that the time came with."""
    if isinstance(time, str):
        time = datetime.fromisoformat(time)
    if time.tzinfo is None:
        raise ValueError("The time of a letter carries no zone.")
    return f"{date_words(time)}, {time:%H:%M} {time.tzname()}"


def _is_control(character: str) -> bool:
    """Control characters, line separators and halves of a surrogate pair; joiners of emoji not."""
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


_LETTERS = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=select_autoescape(["html"], default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# A function and no filter: the pages' environment, which has neither, can still compile letters.
_LETTERS.globals |= {"app_name": "Loom-Lite", "moment": _moment}
