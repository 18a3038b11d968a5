"""What the dashboard is asked to show, as its URL says it; it reads no row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.web.paging import whole_number

# Without a state: all that are not archived.
STATES = {"draft": "Drafts", "ready": "Ready", "archived": "Archived"}
SORTS = {"newest": "Newest", "oldest": "Oldest", "name": "Name", "changed": "Last changed"}
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True)
class BoardFilter:
    """Words in the name, state, days of creation (UTC, both included), order, page from 1."""

    words: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = "newest"
    page: int = 1

    @property
    def narrows(self) -> bool:
        """Whether some campaigns may be left out because of it."""
        return bool(self.words or self.state or self.since or self.until)

    @property
    def parameters(self) -> dict[str, str]:
        """The query of its URL, without what is as usual and without the page."""
        return {
            "q": self.words,
            "state": self.state,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "sort": self.sort if self.sort != "newest" else "",
        }

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What narrows, in words, each with the parameter that it is."""
        found = []
        if self.words:
            found.append((f"Name has “{self.words}”", "q"))
        if self.state:
            found.append((STATES[self.state], "state"))
        if self.since:
            found.append((f"Created from {_day(self.since)}", "since"))
        if self.until:
            found.append((f"Created until {_day(self.until)}", "until"))
        return found


def read_board_filter(query: Mapping[str, str]) -> BoardFilter:
    """The filter of a URL. What makes no sense there is left out: a link must not break."""
    state, sort = query.get("state", ""), query.get("sort", "")
    return BoardFilter(
        words=query.get("q", "").replace("\0", "").strip()[:200],
        state=state if state in STATES else "",
        since=_date(query.get("since", "")),
        until=_date(query.get("until", "")),
        sort=sort if sort in SORTS else "newest",
        page=whole_number(query.get("page"), 1),
    )


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 <= found.year < 9999 else None


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
