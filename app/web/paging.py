"""Pages of a list by number, for URLs that outlive a reload; it knows no table."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pager:
    """Where a page stands in its list: first, last, total are row numbers from 1; 0 for none.

    previous_url, next_url: None at the ends.
    """

    first: int
    last: int
    total: int
    previous_url: str | None
    next_url: str | None


@dataclass(frozen=True)
class PageWindow:
    """The rows of one page: `offset` rows are left out, then `size` are shown."""

    number: int
    size: int
    total: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    def pager(self, url_of: Callable[[int], str]) -> Pager:
        """For the pager macro; `url_of` gives the URL of a page by its number."""
        last = min(self.offset + self.size, self.total)
        return Pager(
            first=self.offset + 1 if self.total else 0,
            last=last,
            total=self.total,
            previous_url=url_of(self.number - 1) if self.number > 1 else None,
            next_url=url_of(self.number + 1) if last < self.total else None,
        )


def page_window(asked: int, *, size: int, total: int) -> PageWindow:
    """The page that was asked for, or the nearest there is: rows may have gone since."""
    pages = max(1, -(-total // size))
    return PageWindow(min(max(1, asked), pages), size, total)


def whole_number(text: str | None, default: int) -> int:
    """A number from a URL; anything else is the default. Large ones do not reach the database."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return default
    return int(text)
