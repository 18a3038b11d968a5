"""Reads phrases, `lead.first_name | default("there")` between braces, out of a text.

It knows neither which variables there are nor any value. Reading never fails: what cannot be read
becomes a phrase with a problem.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

from app.viewer.phrase_filters import FILTERS, Argument, argument_problem

MOST_CHARS = 6_000

_OPENING, _CLOSING = "{{", "}}"
# People paste from word processors: their quotation marks count as straight ones.
_STRING = r"\"[^\"]*\"|'[^']*'|[“„”][^“”]*[“”]|[‘‚’][^‘’]*[‘’]"
_TOKEN = re.compile(
    rf"\s*(?:(?P<string>{_STRING})|(?P<word>\w+)|(?P<sign>[.|(),\[\]])|(?P<odd>\S))"
)


@dataclass(frozen=True)
class Phrase:
    """What stands between braces. `column`: the list's header, where it is `lead["…"]`.

    `problem` is a sentence if it cannot be read; then it gives nothing.
    """

    source: str
    name: str = ""
    column: str | None = None
    filters: tuple[tuple[str, tuple[Argument, ...]], ...] = ()
    problem: str = ""

    @property
    def has_default(self) -> bool:
        return any(name == "default" for name, _ in self.filters)


@lru_cache(maxsize=512)
def read_pieces(text: str) -> tuple[str | Phrase, ...]:
    """Plain texts and phrases in turn; what is opened and never closed is one with a problem."""
    pieces: list[str | Phrase] = []
    rest = text[:MOST_CHARS]
    while rest:
        before, opening, after = rest.partition(_OPENING)
        if before:
            pieces.append(before)
        if not opening:
            break
        inside, closing, rest = after.partition(_CLOSING)
        if closing:
            pieces.append(_parse(inside))
        else:
            pieces.append(Phrase(inside, problem=f"“{{{{{short(inside)}” is not closed by }}}}."))
    return tuple(pieces)


class _Unreadable(Exception):
    """With the sentence that says why."""


def _parse(source: str) -> Phrase:
    try:
        tokens = [(found.lastgroup or "", found[found.lastgroup or 0]) for found in _scan(source)]
        return _Reader(source, tokens).phrase()
    except _Unreadable as unreadable:
        return Phrase(source, problem=str(unreadable))


def _scan(source: str) -> Iterator[re.Match[str]]:
    return _TOKEN.finditer(source.strip())


class _Reader:
    """Reads variable | filter(…) | filter from left to right."""

    def __init__(self, source: str, tokens: list[tuple[str, str]]) -> None:
        self.source, self.tokens, self.at = source, tokens, 0

    def phrase(self) -> Phrase:
        name, column = self._variable()
        filters = []
        while self._sign("|"):
            filters.append(self._filter())
        if self.at < len(self.tokens):
            self._give_up()
        return Phrase(self.source, name, column, tuple(filters))

    def _variable(self) -> tuple[str, str | None]:
        root = self._take("word")
        if self._sign("["):
            column = self._take("string")[1:-1].strip()
            if root != "lead" or not self._sign("]"):
                self._give_up()
            return f"lead[{column}]", column
        name = root
        while self._sign("."):
            name += "." + self._take("word")
        return name, None

    def _filter(self) -> tuple[str, tuple[Argument, ...]]:
        name = self._take("word")
        if name not in FILTERS:
            near = difflib.get_close_matches(name, FILTERS, 1)
            raise _Unreadable(
                f"There is no filter “{name}”."
                + (f" Did you mean {near[0]}?" if near else f" There are {', '.join(FILTERS)}.")
            )
        arguments: list[Argument] = []
        if self._sign("("):
            while not self._sign(")"):
                if arguments and not self._sign(","):
                    self._give_up()
                arguments.append(self._argument())
        if problem := argument_problem(name, tuple(arguments)):
            raise _Unreadable(problem)
        return name, tuple(arguments)

    def _argument(self) -> Argument:
        kind, token = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        self.at += 1
        if kind == "string":
            return token[1:-1]
        if kind != "word" or not token.isascii() or not token.isdecimal() or len(token) > 4:
            self._give_up()
        return int(token)

    def _take(self, kind: str) -> str:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] != kind:
            self._give_up()
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _sign(self, sign: str) -> bool:
        is_there = self.at < len(self.tokens) and self.tokens[self.at] == ("sign", sign)
        self.at += is_there
        return is_there

    def _give_up(self) -> NoReturn:
        raise _Unreadable(
            f"“{{{{{short(self.source)}}}}}” cannot be read. Write it as "
            '{{ lead.first_name }} or {{ lead.first_name | default("there") }}.'
        )


def short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
