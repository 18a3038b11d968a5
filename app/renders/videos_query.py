"""What a URL asks of the list of videos: filter, place and choice; it reads no row."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.errors import LoomliteError
from app.renders.fault_words import fault_label
from app.renders.listing import VideosWanted
from app.renders.state_words import GROUPS

CHOSEN_AT_MOST = 50  # a page of the list; their ids must fit into a URL


class NothingChosen(LoomliteError):
    """An action without a video to act on."""

    def __init__(self) -> None:
        super().__init__("Choose at least one video.")


def read_videos_wanted(query: Mapping[str, str]) -> VideosWanted:
    """What makes no sense in a URL is left out: a link must not break."""
    state, fault = query.get("state", ""), query.get("fault", "")
    return VideosWanted(
        words=query.get("q", "").replace("\0", "").strip()[:200],
        state=state if state in GROUPS else "",
        fault=fault if fault.replace("_", "").isalpha() and len(fault) <= 60 else "",
        after=_place(query.get("after", "")),
        before=_place(query.get("before", "")),
    )


def filter_query(wanted: VideosWanted) -> dict[str, str]:
    """The filter as query parameters, without the place."""
    return {"q": wanted.words, "state": wanted.state, "fault": wanted.fault}


def filter_chips(wanted: VideosWanted) -> list[tuple[str, str]]:
    """What narrows, in words, each with the parameter that it is. States are tabs."""
    found = []
    if wanted.words:
        found.append((f"Has “{wanted.words}”", "q"))
    if wanted.state:
        found.append((GROUPS[wanted.state][1], "state"))
    if wanted.fault:
        found.append((fault_label(wanted.fault), "fault"))
    return found


def written_place(place: tuple[int, str] | None) -> str | None:
    """For `after` and `before`: “12.aB3…”."""
    return f"{place[0]}.{place[1]}" if place else None


def read_ids(texts: list[Any], *, at_most: int = CHOSEN_AT_MOST) -> list[UUID]:
    """The ids in these texts, each once; a text may hold several with dots between."""
    found: dict[UUID, None] = {}
    for text in ".".join(each for each in texts if isinstance(each, str)).split("."):
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    return list(found)[:at_most]


def written_ids(ids: list[UUID]) -> str:
    """The ids as one text for a URL."""
    return ".".join(each.hex for each in ids)


def _place(text: str) -> tuple[int, str] | None:
    row, _, public_id = text.partition(".")
    if not (row.isascii() and row.isdigit() and len(row) <= 9):
        return None
    return int(row), public_id.replace("\0", "")[:24]
