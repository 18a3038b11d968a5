"""Who gave a link's password is not asked again for half a day: a signed cookie of its page alone.

It holds nothing of the password; another password ends it.
"""

import hashlib
import hmac
import time
from typing import Any

from litestar import Response

from app.storage.interface import Storage
from app.viewer.addresses import LinkPlace
from app.viewer.link import Link
from app.web.pages import AnyRequest

NAME = "seen"
KEPT_S = 12 * 3600


def is_unlocked(request: AnyRequest, link: Link) -> bool:
    """Whether this browser gave the link's password within `KEPT_S`."""
    until, _, signature = request.cookies.get(NAME, "").partition(".")
    # Ten digits end in the year 2286; more of them would be work for nothing.
    if not (until.isascii() and until.isdecimal() and len(until) <= 10):
        return False
    right = _signed(request, link, int(until))
    return hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace")) and (
        int(until) > time.time()
    )


def set_unlocked(
    response: Response[Any], request: AnyRequest, link: Link, place: LinkPlace
) -> None:
    """This browser may see the link's page and files for `KEPT_S`, and nothing else."""
    until = int(time.time()) + KEPT_S
    response.set_cookie(
        key=NAME,
        value=f"{until}.{_signed(request, link, until)}",
        max_age=KEPT_S,
        path=place.path(link.public_id),
        httponly=True,
        samesite="lax",
    )


def _signed(request: AnyRequest, link: Link, until: int) -> str:
    storage: Storage = request.app.state.storage
    # What it is for stands first: nothing else that is signed with this secret can be this.
    text = f"password\n{link.workspace_id}\n{link.public_id}\n{until}\n{link.password_hash}"
    return hmac.new(storage.links.secret, text.encode(), hashlib.sha256).hexdigest()
