"""What a link shows where it is pasted: title, description and a picture with the lead's name."""

from urllib.parse import urlencode

from app.phrases import duration
from app.viewer.addresses import LinkPlace
from app.viewer.landing import Share
from app.viewer.link import Link

CARD, POSTER = "card.jpg", "poster.jpg"
# What the engine draws. Videos of earlier releases have no card, and show their poster.
SIZES = {CARD: (1200, 630), POSTER: (1280, 720)}
# Messengers cut a description after two lines.
DESCRIPTION_CHARS = 200
OEMBED = "/oembed"


def share_of(
    link: Link, place: LinkPlace, *, headline: str, text: str, service_url: str
) -> Share | None:
    """The card of a link that anybody who has it may open; None for any other, which shows a
    neutral one: neither name nor picture.

    `headline` and `text` are the page's, filled in. `service_url`: where /oembed is, as own hosts
    have nothing but pages.
    """
    if link.video is None or link.password_hash:
        return None
    picture = CARD if CARD in link.video.files else POSTER
    width, height = SIZES[picture]
    page_url = place.url(link.public_id)
    return Share(
        title=headline or _title(link),
        description=_shortened(text) or _description(link),
        page_url=page_url,
        image_url=place.origin + card_path(link, place),
        image_width=width,
        image_height=height,
        oembed_url=oembed_url(service_url, page_url),
    )


def card_path(link: Link, place: LinkPlace) -> str:
    """Names the picture's version: caches that keep the earlier one do not stick to it."""
    key = link.video.key_of(CARD, POSTER) if link.video else None
    return place.file(link.public_id, CARD, key or "")


def oembed_url(service_url: str, page_url: str) -> str:
    """Where other sites ask for what they may embed of a page."""
    return f"{service_url}{OEMBED}?{urlencode({'url': page_url, 'format': 'json'})}"


def video_words(name: str) -> str:
    """How a lead's video is called where its picture is not seen."""
    return f"A video for {name}" if name else "A video for you"


def _title(link: Link) -> str:
    return video_words(link.lead.first_name if link.lead else "")


def _description(link: Link) -> str:
    who = link.choices.speaker.partition(",")[0].strip() or link.workspace_name
    length = f", {duration(link.video.duration_s)} long" if link.video else ""
    return f"A personal video from {who}{length}."


def _shortened(text: str) -> str:
    bare = " ".join(text.split())
    if len(bare) <= DESCRIPTION_CHARS:
        return bare
    return bare[: DESCRIPTION_CHARS - 1].rsplit(" ", 1)[0].rstrip(" ,.;:–-") + "…"
