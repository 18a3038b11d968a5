"""How a lead's link stands, for its team; it reads nothing."""

from datetime import datetime, timedelta

from app.campaigns.public_links import LinkStanding
from app.viewer.link import Link

_A_MOMENT = timedelta(seconds=1)


def standing_of(link: Link, now: datetime) -> LinkStanding:
    """What whoever has the link gets now, and until when."""
    state = link.state_at(now, unlocked=True)
    is_open = state in {"ready", "waiting"}
    own = link.expires_at
    return LinkStanding(
        state="open" if is_open else state,
        ends_at=link.ends_at,
        # A link ends when its last day does.
        own_day=(own - _A_MOMENT).date() if own else None,
        asks_password=bool(link.password_hash),
    )
