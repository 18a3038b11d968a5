"""The words on a landing page with a lead's values in them: `Hi {{ lead.first_name | upper }}`.

A language of our own without logic: a variable and filters over it, nothing to call or to reach.
It gives plain text, never HTML: whatever draws it escapes it, values and all. Rendering cannot
fail; what is wrong in a text is said by `check_phrases` when somebody saves it.
"""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from app.leads.columns import normalise_header
from app.viewer.phrase_filters import apply_filter
from app.viewer.phrase_reader import MOST_CHARS, Phrase, read_pieces, short

VARIABLES = (
    *("lead.first_name", "lead.name", "lead.company", "lead.email"),
    *("sender.name", "workspace.name"),
)
MOST_VALUE_CHARS = 400  # a cell may hold a whole letter; a headline must not

_LOGIC = re.compile(r"\{%.*?%\}|\{%|%\}", re.DOTALL)
# Signs that turn the direction of writing, or are no signs at all, could disguise the words around.
_HARMFUL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class PhraseValues:
    """What phrases can say. `cells`: every column by its header."""

    variables: Mapping[str, str]
    cells: Mapping[str, str] = field(default_factory=dict)

    def find(self, phrase: Phrase) -> str:
        """The value, short and harmless; "" where there is none."""
        if phrase.column is None:
            value = self.variables.get(phrase.name, "")
        else:
            value = _find_cell(self.cells, phrase.column)
        value = " ".join(harmless(value).split())
        return value if len(value) <= MOST_VALUE_CHARS else value[: MOST_VALUE_CHARS - 1] + "…"


def render_phrases(text: str, values: PhraseValues) -> str:
    """The text with its phrases filled in, as plain text. Never raises.

    Values are put in once: braces in a lead's cell stay braces.
    """
    filled = "".join(
        piece if isinstance(piece, str) else _fill(piece, values) for piece in read_pieces(text)
    )
    return harmless(filled).strip()


def check_phrases(text: str, columns: Collection[str] | None) -> list[str]:
    """What is wrong with a text, each as a sentence; [] for one that can be saved.

    `columns`: the headers of the campaign's list. None: of no campaign in particular, where a
    column must have a default, for some list will not have it.
    """
    problems = [piece.problem or _unknown(piece, columns) for piece in _phrases(text)]
    if _LOGIC.search(text):
        problems.append("There is no {% … %} here: only values in {{ … }} are filled in.")
    if len(text) > MOST_CHARS:
        problems.append(f"Keep it to {MOST_CHARS:,} characters.")
    return list(dict.fromkeys(problem for problem in problems if problem))


def harmless(text: str) -> str:
    """The text without control characters and those that turn the direction of writing."""
    return _HARMFUL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _fill(phrase: Phrase, values: PhraseValues) -> str:
    if phrase.problem:
        return ""
    value = values.find(phrase)
    for name, arguments in phrase.filters:
        value = apply_filter(name, value, arguments)
    return value


def _phrases(text: str) -> Iterator[Phrase]:
    return (piece for piece in read_pieces(text) if isinstance(piece, Phrase))


def _unknown(phrase: Phrase, columns: Collection[str] | None) -> str:
    if phrase.column is None:
        if phrase.name in VARIABLES:
            return ""
        near = difflib.get_close_matches(phrase.name, VARIABLES, 1, 0.5)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(VARIABLES)}."
        return f"{phrase.name} is not known. {hint}"
    shown = f'lead["{short(phrase.column)}"]'
    if columns is None:
        if phrase.has_default:
            return ""
        return f'Some lists will not have {shown}. Add what stands there then: | default("…").'
    known = {normalise_header(column): column for column in columns}
    if normalise_header(phrase.column) in known or phrase.column in columns:
        return ""
    near = difflib.get_close_matches(normalise_header(phrase.column), known, 1, 0.6)
    hint = (
        f"Did you mean “{known[near[0]]}”?" if near else "Use a column’s name as the list has it."
    )
    return f"The list has no column “{short(phrase.column)}”. {hint}"


def _find_cell(cells: Mapping[str, str], column: str) -> str:
    """As the list spells the column, or nearly so."""
    if column in cells:
        return cells[column]
    wanted = normalise_header(column)
    return next((cell for name, cell in cells.items() if normalise_header(name) == wanted), "")
