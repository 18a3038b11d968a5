"""Which column of a list is the name, which the e-mail address: a guess; it changes nothing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.leads.cell_kinds import is_email, is_nothing, is_person, is_site, is_web_address
from app.leads.column_words import (
    COMPANY,
    CONTACT,
    EMAIL,
    EMAIL_WORDS,
    FIRST_NAME,
    FULL_NAME,
    LAST_NAME,
    PICTURE_WORDS,
    PROFILE_WORDS,
    SITE_WORDS,
    header_key,
    header_words,
)

MOST = 0.5  # of the cells that hold anything: what a column's cells must agree on


@dataclass(frozen=True)
class Suggested:
    """Headers of the columns; `name` has two where first and last name stand apart, none where
    nothing looks like a name. `urls`: a company's site first, then profiles, then other addresses.
    """

    name: tuple[str, ...]
    email: str | None
    company: str | None
    urls: tuple[str, ...]


def suggest_columns(headers: Sequence[str], sample_rows: Iterable[Sequence[str]]) -> Suggested:
    """The best guess from what the columns are called and what their cells look like.

    `headers` and the cells of each row are those of a Table (`Table.sample`).
    """
    rows = list(sample_rows)
    columns = [_Column.of(h, [row[i] for row in rows]) for i, h in enumerate(headers)]
    email = _email(columns)
    rest = [column for column in columns if column is not email]
    urls = _urls(rest)
    rest = [column for column in rest if column not in urls and not column.holds_addresses]
    named = _named_company(rest)
    name = _name([column for column in rest if column is not named], email)
    company = named or _told_company([c for c in rest if c not in name], [email, *urls])
    return Suggested(
        tuple(column.header for column in name),
        email.header if email else None,
        company.header if company else None,
        tuple(column.header for column in urls),
    )


@dataclass(frozen=True, eq=False)
class _Column:
    header: str
    key: str
    words: frozenset[str]
    cells: tuple[str, ...]  # of all rows of the sample; "" where a cell says "nothing"

    @classmethod
    def of(cls, header: str, cells: list[str]) -> "_Column":
        words = frozenset(header_words(header))
        told = ("" if is_nothing(cell.strip()) else cell.strip() for cell in cells)
        return cls(header, header_key(header), words, tuple(told))

    @property
    def is_empty(self) -> bool:
        return not any(self.cells)

    @property
    def holds_addresses(self) -> bool:
        return self.share(is_email) > MOST or self.share(_is_page) > MOST

    def share(self, looks: Callable[[str], bool]) -> float:
        """The share of cells with this look among those that hold anything; 0 where none does."""
        filled = [cell for cell in self.cells if cell]
        return sum(map(looks, filled)) / len(filled) if filled else 0.0


def _is_page(cell: str) -> bool:
    return is_web_address(cell) or is_site(cell)


def _email(columns: list[_Column]) -> _Column | None:
    """By content, and among several by the header; by the header alone where no cell is filled."""
    able = [c for c in columns if c.share(is_email) >= MOST or (c.is_empty and c.key in EMAIL)]

    def rank(column: _Column) -> tuple[bool, int, float]:
        by_name = EMAIL.index(column.key) if column.key in EMAIL else len(EMAIL)
        if by_name == len(EMAIL) and not EMAIL_WORDS & column.words:
            by_name += 1
        return column.is_empty, by_name, -_filled_share(column)

    return min(able, key=rank, default=None)


def _filled_share(column: _Column) -> float:
    return sum(map(bool, column.cells)) / max(len(column.cells), 1)


def _urls(columns: list[_Column]) -> list[_Column]:
    by_rank: list[tuple[int, int, _Column]] = []
    for position, column in enumerate(columns):
        is_named = bool((SITE_WORDS | PROFILE_WORDS) & column.words)
        if PICTURE_WORDS & column.words or column.share(is_email) >= MOST:
            continue
        if column.share(_is_page) >= MOST or (column.is_empty and is_named):
            is_profile = bool(PROFILE_WORDS & column.words) or column.share(_is_profile) >= MOST
            rank = 1 if is_profile else 0 if is_named else 2
            by_rank.append((rank, position, column))
    return [column for _, _, column in sorted(by_rank, key=lambda each: each[:2])]


def _is_profile(cell: str) -> bool:
    return any(f"{site}." in cell for site in ("linkedin", "xing", "facebook", "instagram"))


def _first(columns: list[_Column], keys: tuple[str, ...]) -> _Column | None:
    found = [column for column in columns if column.key in keys]
    return min(found, key=lambda c: (c.is_empty, keys.index(c.key)), default=None)


def _named_company(columns: list[_Column]) -> _Column | None:
    return _first(columns, COMPANY)


def _name(columns: list[_Column], email: _Column | None) -> tuple[_Column, ...]:
    first, last = _first(columns, FIRST_NAME), _first(columns, LAST_NAME)
    full = _first(columns, FULL_NAME)
    part = first or last
    if part and full:
        if _repeats(part, full):
            return (full,)
        # “Vorname, Name” and “nombre, apellidos”: what could be a full name is the other part.
        first, last = (first or full), (last or full)
    if first and last:
        return first, last
    alone = full or first or last or _first(columns, CONTACT)
    if alone is not None:
        return (alone,)
    likely = [c for c in columns if c.share(is_person) >= MOST and _told_by(c, email) >= MOST]
    unnamed = [c for c in columns if c.share(is_person) >= 0.8]
    return tuple((likely or unnamed)[:1])


def _repeats(part: _Column, full: _Column) -> bool:
    """Whether the full name holds the part of it that stands in a column of its own."""
    pairs = [(p, f) for p, f in zip(part.cells, full.cells, strict=True) if p and f]
    return sum(p.casefold() in f.casefold() for p, f in pairs) > MOST * len(pairs)


def _told_company(columns: list[_Column], addresses: Sequence[_Column | None]) -> _Column | None:
    """The column whose cells come back in the addresses beside them: `Acme` and `acme.com`."""

    def told(column: _Column) -> float:
        return max(_told_by(column, address, domain=True) for address in addresses)

    best = max(columns, key=told, default=None)
    return best if best is not None and told(best) >= MOST else None


def _told_by(column: _Column, address: _Column | None, *, domain: bool = False) -> float:
    """The share of cells of which a word stands in the address of the same row."""
    if address is None:
        return 0.0
    pairs = [(c, a) for c, a in zip(column.cells, address.cells, strict=True) if c and a]
    told = 0
    for cell, text in pairs:
        local, at, host = text.casefold().partition("@")
        where = host if domain and at else local
        told += any(len(word) > 2 and word in where for word in header_words(cell))
    return told / len(pairs) if pairs else 0.0
