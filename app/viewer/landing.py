"""A landing page as its template draws it: all that a prospect may see, and nothing else.

Frozen values; they are made by app/viewer/landing_reads.py and know no session and no request.
"""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from app.viewer.brand import Brand

# ready: the video plays. waiting: it is being made (or made again after a failure). password:
# the right one is asked for first. away: nobody knows, for the database is away. The others are
# closed for good, each with kind words.
State = Literal[
    "ready", "waiting", "password", "revoked", "expired", "removed", "erased", "gone", "away"
]
CLOSED: frozenset[State] = frozenset({"revoked", "expired", "removed", "erased", "gone", "away"})


@dataclass(frozen=True)
class CaptionTrack:
    """`language` is BCP 47, `label` its own name for itself."""

    language: str
    label: str
    url: str


@dataclass(frozen=True)
class LandingVideo:
    """Its addresses name its version: what they give never changes. `light_url`: the same video in
    few bytes, of the same type; None where there is none."""

    url: str
    poster_url: str
    type: str
    duration_s: float
    width: int
    height: int
    captions: tuple[CaptionTrack, ...] = ()
    light_url: str | None = None


@dataclass(frozen=True)
class LandingBooking:
    """`url` is a page of its own, prefilled; `embed_url` the same for Calendly's frame."""

    kind: Literal["none", "calendly", "link"]
    url: str
    embed_url: str
    label: str
    opens: Literal["click", "after_video"]
    asks_consent: bool


@dataclass(frozen=True)
class LandingAction:
    label: str
    url: str
    at_s: float | None


@dataclass(frozen=True)
class LandingLink:
    label: str
    url: str


@dataclass(frozen=True)
class Share:
    """What a link shows when it is pasted somewhere; made by app/viewer/share_cards.py."""

    title: str
    description: str
    page_url: str
    image_url: str
    image_width: int
    image_height: int
    oembed_url: str | None = None


@dataclass(frozen=True)
class Landing:
    """A lead's page. Of those that are not ready only brand, footer and state are filled."""

    state: State
    public_id: str
    brand: Brand
    greeting_name: str = ""
    headline: str = ""
    text: str = ""
    speaker: str = ""
    video: LandingVideo | None = None
    booking: LandingBooking | None = None
    actions: tuple[LandingAction, ...] = ()
    footer: str = ""
    legal_links: tuple[LandingLink, ...] = ()
    shows_made_with: bool = True
    download_url: str | None = None
    erase_url: str | None = None
    token: str = ""
    events_url: str | None = None
    embed_url: str | None = None
    share: Share | None = None
    # For what is written beside the page; never drawn.
    workspace_id: UUID | None = None
    campaign_id: UUID | None = None
    render_id: UUID | None = None
