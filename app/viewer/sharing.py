"""What a team hands out of one lead's link: address, letter, QR code, player; it reads nothing."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from app.viewer.addresses import LinkPlace
from app.viewer.email_pieces import LETTER_BYTES, email_html, email_text, embed_code, fitted
from app.viewer.landing import State
from app.viewer.landings import headline_of
from app.viewer.link import Link, LinkVideo
from app.viewer.phrases import render_phrases
from app.viewer.share_cards import CARD, POSTER, share_of

MOVING = "preview.gif"
# A player on a page of the team's is as large as this, or smaller where the video is tall.
EMBED_ROOM = (640, 640)


@dataclass(frozen=True)
class Letter:
    """A piece for an e-mail. `file`: the render's whose picture it shows; `bytes`: all it weighs,
    whether or not its picture travels with it."""

    label: str
    file: str
    html: str
    text: str
    bytes: int


@dataclass(frozen=True)
class Shared:
    """`closed`: why nobody can open the link now, else "ready", "waiting" or "password". `url` is
    what is copied; `open_url` is where the team's own looks are known as such.

    `letters` is empty where no mail program could show a picture; `plain` is a line of text then.
    """

    state: State
    name: str
    url: str
    open_url: str
    host: str
    title: str
    description: str
    has_card: bool
    picture: str | None
    letters: tuple[Letter, ...]
    plain: Letter
    embed_code: str | None
    video_bytes: int | None


def shared_of(
    link: Link, place: LinkPlace, now: datetime, *, service_url: str, open_place: LinkPlace
) -> Shared:
    """All there is to hand out. What the link is closed to is not offered."""
    values = link.phrase_values
    share = share_of(
        link,
        place,
        headline=headline_of(link.choices.headline, values),
        text=render_phrases(link.choices.text, values),
        service_url=service_url,
    )
    url, name = place.url(link.public_id), link.lead.name if link.lead else ""
    may_embed = link.choices.allows_embed and not link.password_hash
    return Shared(
        state=link.state_at(now, unlocked=not link.password_hash),
        name=name,
        url=url,
        open_url=open_place.url(link.public_id),
        host=urlsplit(url).netloc,
        title=share.title if share else link.workspace_name,
        description=share.description if share else "",
        has_card=share is not None,
        picture=_picture(link.video) if share else None,
        letters=_letters(link, place, name) if share else (),
        plain=_letter("A line of text", "", url, None, name, 0),
        embed_code=_embed_code(link, link.video, place, name) if may_embed and link.video else None,
        video_bytes=link.video.files["video.mp4"].get("bytes") if link.video else None,
    )


def _letters(link: Link, place: LinkPlace, name: str) -> tuple[Letter, ...]:
    """The moving picture first: it draws the eye. What is too heavy is left out."""
    video, url = link.video, place.url(link.public_id)
    found = []
    for label, file in (("Moving picture", MOVING), ("Still picture", _picture(video))):
        if video is None or file not in video.files:
            continue
        # The card's route gives the poster where there is no card.
        thing = MOVING if file == MOVING else CARD
        source = place.origin + place.file(link.public_id, thing, video.files[file]["key"])
        found.append(_letter(label, file, url, source, name, video.files[file]["bytes"]))
    return tuple(each for each in found if each.bytes <= LETTER_BYTES)


def _letter(
    label: str, file: str, url: str, source: str | None, name: str, picture_bytes: int
) -> Letter:
    html = email_html(url, source, name)
    return Letter(label, file, html, email_text(url, name), picture_bytes + len(html.encode()))


def _picture(video: LinkVideo | None) -> str:
    return CARD if video is not None and CARD in video.files else POSTER


def _embed_code(link: Link, video: LinkVideo, place: LinkPlace, name: str) -> str:
    width, height = fitted(video.width, video.height, EMBED_ROOM)
    return embed_code(place.url(link.public_id, "embed"), name, width, height)
