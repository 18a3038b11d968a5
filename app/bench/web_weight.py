"""What a browser fetches for the first look at a page, in bytes as sent; it draws nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from posixpath import join, normpath
from urllib.parse import urlsplit

from app.bench.web_client import Ask, ask_once

_OF_PAGES = re.compile(r"""\b(?:href|src)="(/static/[^"#?]+)""")
_OF_MODULES = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}/[^"']+)["']""")
_OF_SHEETS = re.compile(r"""(?:@import\s+|url\()["']?([^"')\s]+\.\w+)["']?""")
_KINDS = {"html": "HTML", "css": "CSS", "js": "JavaScript", "svg": "SVG"}


@dataclass
class Weight:
    """Bytes by kind, and how many files they came in."""

    by_kind: dict[str, int] = field(default_factory=dict)
    files: int = 0

    @property
    def total_bytes(self) -> int:
        return sum(self.by_kind.values())

    def add(self, kind: str, size_bytes: int) -> None:
        self.by_kind[kind] = self.by_kind.get(kind, 0) + size_bytes
        self.files += 1


async def weigh(port: int, ask: Ask) -> Weight:
    """The page with its style sheets, modules and icons, and what those name in turn."""
    weight, waiting, seen = Weight(), [ask.path], {ask.path}
    while waiting:
        path = waiting.pop()
        sent = await ask_once(port, replace(ask, path=path, accepts_gzip=True))
        weight.add(_kind_of(path), len(sent.body))
        plain = await ask_once(port, replace(ask, path=path))
        for found in named_in(path, plain.body.decode("utf-8", "replace")):
            if found not in seen:
                seen.add(found)
                waiting.append(found)
    return weight


def named_in(path: str, text: str) -> Iterator[str]:
    """The paths of our own files that a page, a module or a sheet has a browser fetch at once."""
    kind = _kind_of(path)
    if kind == "HTML":
        yield from _OF_PAGES.findall(text)
    elif kind in {"JavaScript", "CSS"}:
        pattern = _OF_MODULES if kind == "JavaScript" else _OF_SHEETS
        for name in pattern.findall(text):
            if not urlsplit(name).scheme:
                yield normpath(join(path.rpartition("/")[0], name))


def _kind_of(path: str) -> str:
    return _KINDS.get(path.rpartition(".")[2], "HTML" if "/static/" not in path else "other")
