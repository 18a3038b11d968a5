"""Which campaigns an action is for, as a URL or a form names them; it changes none."""

from collections.abc import Iterable
from uuid import UUID

from app.errors import LoomliteError
from app.phrases import plural

CHOSEN_AT_MOST = 24  # a page of the board; the way back must fit into a cookie


class NothingChosen(LoomliteError):
    """An action without a campaign to act on."""

    def __init__(self) -> None:
        super().__init__("Choose at least one campaign.")


class TooManyChosen(LoomliteError):
    """More campaigns than one action takes."""

    def __init__(self) -> None:
        super().__init__(f"Choose at most {CHOSEN_AT_MOST} campaigns at a time.")


def read_choice(texts: Iterable[str]) -> list[UUID]:
    """The ids, each once, in their order; a text may hold several with dots between.

    Raises NothingChosen and TooManyChosen. What is no id is left out.
    """
    found: dict[UUID, None] = {}
    for text in ".".join(texts).split("."):
        try:
            found[UUID(text)] = None
        except ValueError:
            continue
    if not found:
        raise NothingChosen
    if len(found) > CHOSEN_AT_MOST:
        raise TooManyChosen
    return list(found)


def written_choice(campaign_ids: Iterable[UUID]) -> str:
    """The ids as one text for a URL."""
    return ".".join(each.hex for each in campaign_ids)


def named(names: list[str]) -> str:
    """The one by its name, several by their number: “Spring”, 3 campaigns."""
    return f"“{names[0]}”" if len(names) == 1 else plural(len(names), "campaign", "campaigns")
