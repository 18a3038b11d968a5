"""What a request tells about who asks: a program or a browser, of what kind, from where; it stores
nothing of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from app.viewer.data_centres import Networks
from app.viewer.visit_checks import Sign

# Programs that say so, or are known to. Browsers within apps, which name the app, are people's;
# CUBOT makes phones.
_AGENT = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|linkpreview|uripreview|scanner|monitor|validator|fetcher"
    r"|checker|headless|phantomjs|lighthouse|puppeteer|playwright|selenium|python|curl/|wget|okhttp"
    r"|java/|libwww|go-http|node-fetch|node\.js|axios|ruby|perl/|php/|httpclient|facebookexternalhit"
    r"|^whatsapp|embedly|quora link|vkshare|w3c_|bitly|safelinks|mimecast|proofpoint|barracuda"
    r"|trendmicro|symantec|ms-office|yahoo ad|googleimageproxy|google-[a-z]|apis-google|feedburner",
    re.IGNORECASE,
)
_PREFETCH = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_BROWSERS = (
    ("Edge", re.compile(r"Edg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"OPR/|Opera")),
    ("Samsung Internet", re.compile(r"SamsungBrowser/")),
    ("Firefox", re.compile(r"Firefox/|FxiOS/")),
    ("Chrome", re.compile(r"Chrome/|CriOS/")),
    ("Safari", re.compile(r"Version/[\d.]+.*Safari/")),
)
_TABLET = re.compile(r"iPad|Tablet|^(?!.*Mobile).*Android")
_PHONE = re.compile(r"Mobile|iPhone|iPod")
_HOST = re.compile(r"[a-z0-9.-]{1,253}")


@dataclass(frozen=True)
class Seen:
    """`device`: computer, phone, tablet or nothing; `browser` by its common name, or nothing."""

    address: str
    sign: Sign
    is_private: bool
    device: str
    browser: str
    referrer_host: str


def look_at(headers: Mapping[str, str], address: str, own_host: str, networks: Networks) -> Seen:
    """What these headers and this address say. Names of headers in small letters.

    Of who asks not to be tracked only the sign is told: it keeps scanners out of the figures.
    """
    agent = headers.get("user-agent", "")
    sign = _sign(headers, agent, address in networks)
    if asks_privacy(headers):
        return Seen("", sign, True, "", "", "")
    referrer = referrer_host(headers.get("referer", ""), own_host)
    return Seen(address, sign, False, device_of(agent), browser_of(agent), referrer)


def asks_privacy(headers: Mapping[str, str]) -> bool:
    """By Global Privacy Control or Do Not Track, as the browser sends them."""
    return headers.get("sec-gpc") == "1" or headers.get("dnt") == "1"


@lru_cache(4096)  # browsers have few names, and thousands of requests a second have one
def device_of(agent: str) -> str:
    if not agent:
        return ""
    if _TABLET.search(agent):
        return "tablet"
    return "phone" if _PHONE.search(agent) else "computer"


@lru_cache(4096)
def browser_of(agent: str) -> str:
    return next((name for name, words in _BROWSERS if words.search(agent)), "")


def referrer_host(referrer: str, own_host: str) -> str:
    """Whose page led here, without anything that stood in its address; none of our own."""
    try:
        host = (urlsplit(referrer).hostname or "").lower()
    except ValueError:
        return ""
    if not _HOST.fullmatch(host) or host == own_host.partition(":")[0]:
        return ""
    return host


@lru_cache(4096)
def _is_program(agent: str) -> bool:
    # A browser always has a name.
    return not agent or bool(_AGENT.search(agent))


def _sign(headers: Mapping[str, str], agent: str, is_data_centre: bool) -> Sign:
    if _is_program(agent):
        return "agent"
    if is_data_centre:
        return "data_centre"
    purposes = " ".join(headers.get(name, "") for name in ("purpose", "sec-purpose", "x-moz"))
    return "prefetch" if _PREFETCH.search(purposes) else ""
