"""The address of a calendar with what is known of the lead filled in; it asks nobody.

https://help.calendly.com/hc/en-us/articles/226766767 and
https://help.calendly.com/hc/en-us/articles/360020052833 (UTM)
"""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from app.viewer.landing import LandingBooking
from app.viewer.link import Link

UTM_SOURCE, UTM_MEDIUM = "loomlite", "video"


def make_booking(link: Link, host: str) -> LandingBooking | None:
    """How this lead books; None where the team offers no booking. `host` shows Calendly's frame.

    Another page than Calendly's is left as the team wrote it.
    """
    chosen = link.choices.booking
    if chosen.kind == "none" or not chosen.url:
        return None
    url = embed_url = chosen.url
    if chosen.kind == "calendly":
        url = _with(url, _known(link))
        # Without these two the frame tells its page nothing.
        embed_url = _with(url, {"embed_domain": host, "embed_type": "Inline"})
    return LandingBooking(
        kind=chosen.kind,
        url=url,
        embed_url=embed_url,
        label=chosen.label or "Book a time",
        opens=chosen.opens,
        asks_consent=chosen.asks_consent,
    )


def origin_of(url: str) -> str:
    """Scheme, host and port of an address that has been checked."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _known(link: Link) -> dict[str, str]:
    lead = link.lead
    known = {
        "utm_source": UTM_SOURCE,
        "utm_medium": UTM_MEDIUM,
        "utm_campaign": link.campaign_name,
        "utm_content": link.public_id,
    }
    if lead is not None and lead.first_name:
        # A name that is an e-mail address or a row's number greets nobody.
        known["name"] = lead.name
    if lead is not None:
        known["email"] = lead.email
    return known


def _with(url: str, values: dict[str, str]) -> str:
    """The address with these parameters; what the team put there itself stays."""
    parts = urlsplit(url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    names = {name for name, _ in given}
    added = [(name, value) for name, value in values.items() if value and name not in names]
    return urlunsplit(parts._replace(query=urlencode([*given, *added])))
