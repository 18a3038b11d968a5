"""What a team chooses for its landing pages: the workspace's choices, and a campaign's over them.

It draws nothing; `headline` and `text` are templates of app/viewer/phrases.py.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from app.billing.plans import PLANS
from app.urls import UrlInvalid, check_url
from app.viewer.models import LandingPage
from app.workspaces.colours import COLOUR
from app.workspaces.models import Workspace

MOST_LINKS = 4
_SAY_MADE_WITH = frozenset(plan.key for plan in PLANS if plan.shows_made_with)

# Families that systems bring along: nothing is loaded, nothing moves. https://modernfontstacks.com
FONTS = {
    "system": 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
    "humanist": 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", source-sans-pro, '
    "sans-serif",
    "geometric": 'Avenir, Montserrat, Corbel, "URW Gothic", source-sans-pro, sans-serif',
    "grotesque": '"Helvetica Neue", Helvetica, Arial, "Nimbus Sans", "Liberation Sans", sans-serif',
    "rounded": 'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, Manjari, '
    '"Arial Rounded MT Bold", sans-serif',
    "serif": 'Charter, "Bitstream Charter", "Sitka Text", Cambria, "Liberation Serif", serif',
    "classic": '"Iowan Old Style", "Palatino Linotype", "URW Palladio L", P052, serif',
    "slab": 'Rockwell, "Rockwell Nova", "Roboto Slab", "DejaVu Serif", "Sitka Small", serif',
}
FontName = Literal[
    "system", "humanist", "geometric", "grotesque", "rounded", "serif", "classic", "slab"
]

# Besides pages a button may write a letter or call: nothing else that an address can do.
_LETTER_OR_CALL = re.compile(r"(mailto:[^\s\"'<>?&,;:@]+@[^\s\"'<>?&,;:@]+|tel:\+?[0-9().-]{3,30})")


def _checked_page_url(text: str) -> str:
    try:
        return check_url(text)
    except UrlInvalid as invalid:
        raise ValueError(str(invalid)) from None


def _checked_action_url(text: str) -> str:
    bare = text.strip()
    return bare if _LETTER_OR_CALL.fullmatch(bare) else _checked_page_url(bare)


def _checked_colour(text: str) -> str:
    colour = text.strip().lower()
    if not COLOUR.fullmatch(colour):
        raise ValueError("Enter a colour such as #5b3fd6.")
    return colour


Colour = Annotated[str, AfterValidator(_checked_colour)]
PageUrl = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_checked_page_url)]
ActionUrl = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_checked_action_url)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LegalLink(_Value):
    """A link of the footer, such as the privacy notice."""

    label: Label
    url: PageUrl


class Action(_Value):
    """A button. With `at_s` it appears at that second of the video, else it is there at once."""

    label: Label
    url: ActionUrl
    at_s: float | None = Field(None, ge=0, le=3600, allow_inf_nan=False)


class Booking(_Value):
    """How a meeting is booked: in Calendly's own frame, on another page, or not at all."""

    kind: Literal["none", "calendly", "link"] = "none"
    url: PageUrl | Literal[""] = ""
    label: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = "Book a time"
    opens: Literal["click", "after_video"] = "click"
    # Nothing of Calendly is loaded before the prospect has agreed to it.
    asks_consent: bool = False


class PageChoices(_Value):
    """All choices for a page. What is left out is as here."""

    headline: Annotated[str, StringConstraints(max_length=300)] = (
        '{{ lead.first_name | default("Hello") }}, this video is for you'
    )
    text: Annotated[str, StringConstraints(max_length=3000)] = ""
    speaker: Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)] = ""
    accent: Colour = "#5b3fd6"
    background: Colour = "#ffffff"
    font: FontName = "system"
    footer: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    legal_links: tuple[LegalLink, ...] = Field((), max_length=MOST_LINKS)
    shows_made_with: bool = True
    booking: Booking = Booking()
    actions: tuple[Action, ...] = Field((), max_length=MOST_LINKS)
    allows_download: bool = False
    allows_embed: bool = True
    # Days since the video was made after which its link ends; None: it stays open.
    expires_after_days: int | None = Field(None, ge=1, le=3650)


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Some or all choices as they are kept in `LandingPage.choices`: checked, only those given.

    Raises pydantic's ValidationError with the place of each mistake.
    """
    checked = PageChoices.model_validate(dict(values))
    return checked.model_dump(mode="json", include=set(values))


def merged(
    of_workspace: LandingPage | None, of_campaign: LandingPage | None, workspace: Workspace
) -> PageChoices:
    """The choices that hold for a campaign's pages: its own, the workspace's, else the usual ones.

    A stored choice that is none (any longer) counts as not made: a prospect gets the page.
    """
    rows = (of_workspace, of_campaign)
    return merged_values(
        workspace.accent, workspace.background, *(row.choices for row in rows if row is not None)
    )


def merged_values(accent: str, background: str, *choices: Mapping[str, Any]) -> PageChoices:
    """The same of values at hand; what comes later wins."""
    values: dict[str, Any] = {"accent": accent, "background": background}
    for each in choices:
        values |= each
    return _usable(values)


def shown_by_plan(choices: PageChoices, plan_key: str) -> PageChoices:
    """What holds by the workspace's plan: pages of some say what they were made with, whatever was
    chosen. What is stored stays, so that it holds again after an upgrade."""
    if plan_key not in _SAY_MADE_WITH or choices.shows_made_with:
        return choices
    return choices.model_copy(update={"shows_made_with": True})


def _usable(values: dict[str, Any]) -> PageChoices:
    try:
        return PageChoices.model_validate(values)
    except ValidationError as wrong:
        places = {each["loc"][0] for each in wrong.errors() if each["loc"]}
        return PageChoices.model_validate(
            {name: value for name, value in values.items() if name not in places}
        )
