"""Why a page that can be recorded may not be the one that was meant; it asks no browser."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

from app.pipeline.browser.verdict import SHORT_CHARACTERS, host_of

# A page with a heading and two sentences has more of either.
LITTLE_CHARACTERS = 120
LITTLE_INK = 0.02  # of the viewport; a line of body text is about 0.003, a logo 0.005
_INK_LEVELS = 24  # of 255, from the commonest grey; JPEG's own noise is below 10
_LOOKED_AT_PX = (480, 270)

# Below these two last labels anybody can have a name: the commonest of publicsuffix.org.
_SHARED_SECOND = frozenset({"ac", "co", "com", "edu", "gob", "gov", "gv", "ne", "net", "or", "org"})
_SHARED_HOSTS = (
    "github.io", "gitlab.io", "netlify.app", "vercel.app", "pages.dev", "web.app", "herokuapp.com",
    "blogspot.com", "wordpress.com", "wixsite.com", "weebly.com", "myshopify.com", "webflow.io",
    "framer.website", "notion.site", "carrd.co",
)  # fmt: skip

# Who sells names, or shows advertisements at those that nobody uses.
_PARKING_HOSTS = (
    "above.com", "afternic.com", "atom.com", "bodis.com", "brandbucket.com", "buydomains.com",
    "dan.com", "domainmarket.com", "hugedomains.com", "parkingcrew.net", "parklogic.com",
    "sedo.com", "sedoparking.com", "squadhelp.com", "undeveloped.com", "uniregistry.com",
)  # fmt: skip
_PARKING_PLACE = re.compile(r"(ww\d+\.[^/]+/|[^/]+/lander/?$)", re.IGNORECASE)
_PARKED = re.compile(
    r"domain( name)?( \S+)? (is|may be|might be|could be) (available )?(for sale|parked|available)|"
    r"(is|may be) for sale!?\s+(buy|make|get|inquire|the domain)|"
    r"(buy|purchase|get|own|lease) this (premium )?domain|(offer|inquire|interested)[^.]{0,20} "
    r"(on|about|in) this domain|this domain (has expired|was recently registered|is registered)|"
    r"parked (free|domain|page)|domain parking|future home of something quite cool|"
    r"domain (steht zum verkauf|ist geparkt|zu verkaufen)|domaine est (à vendre|en vente)|"
    r"dominio está (en venta|a la venta)|dominio è in vendita|domein is te koop|"
    # What a server shows before anybody has put a page on it.
    r"^\W*(welcome to nginx|apache2? \S* ?default page|it works!$|index of /)|"
    r"account (has been )?suspended|web ?site (is )?not (yet )?(configured|published)|"
    r"default web site page",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Doubts:
    """What a person should look at before a video shows the page."""

    final_host_differs: bool
    looks_parked: bool
    looks_blank: bool


def doubt_page(asked: str, shown: str, content: dict[str, Any], picture: bytes) -> Doubts:
    """`content` is from ready.js; `picture` the encoded top of the page."""
    little = content["length"] < LITTLE_CHARACTERS
    return Doubts(
        final_host_differs=not is_same_site(host_of(asked), host_of(shown)),
        looks_parked=_is_parked(shown, content),
        looks_blank=little and ink_of(picture) < LITTLE_INK,
    )


def say_doubts(doubts: Doubts, shown: str) -> list[str]:
    """A sentence for each."""
    said = []
    if doubts.final_host_differs:
        said.append(f"The address leads to another site, {host_of(shown)}. Is it the right one?")
    if doubts.looks_parked:
        said.append("It looks like a parked domain or an empty server: nothing of theirs is there.")
    if doubts.looks_blank:
        said.append("Hardly anything is to be seen on the page.")
    return said


def is_same_site(one: str, other: str) -> bool:
    """Whether both names belong to whoever has registered the first, as far as names tell."""
    return _registered(one) == _registered(other)


def ink_of(picture: bytes) -> float:
    """The share of an encoded picture that is not of its commonest grey."""
    with Image.open(io.BytesIO(picture)) as opened:
        small = opened.convert("L").resize(_LOOKED_AT_PX, Image.Resampling.BOX)
    grey = np.asarray(small, np.int16)
    commonest = int(np.bincount(grey.ravel(), minlength=256).argmax())
    return float((abs(grey - commonest) > _INK_LEVELS).mean())


def _registered(host: str) -> str:
    """The part of a name that is bought; the whole of an address or of a name on a shared host."""
    host = host.lower().rstrip(".").removeprefix("www.")
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit() or _is_at(host, _SHARED_HOSTS):
        return host
    is_shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED_SECOND
    return ".".join(labels[-3 if is_shared else -2 :])


def _is_parked(shown: str, content: dict[str, Any]) -> bool:
    hosts = [host_of(shown), *content["hosts"]]
    if any(_is_at(host, _PARKING_HOSTS) for host in hosts):
        return True
    parts = urlsplit(shown)
    short = content["length"] < SHORT_CHARACTERS
    said = _PARKED.search(content["title"]) or _PARKED.search(content["text"])
    place = _PARKING_PLACE.match(f"{parts.hostname}{parts.path}")
    # A page of many words may speak of parked domains without being one.
    return bool(short and (said or place))


def _is_at(host: str, names: Iterable[str]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)
