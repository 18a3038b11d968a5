"""Makes what a landing page is drawn from out of a link, for each of its states; it reads nothing.

`sample_landing` makes the same for who edits the page and has no lead's link at hand.
"""

from dataclasses import replace
from urllib.parse import urlsplit

from app.facecams.languages import language_label
from app.viewer.addresses import LinkPlace
from app.viewer.booking_links import make_booking
from app.viewer.brand import Brand, make_brand
from app.viewer.landing import (
    CLOSED,
    CaptionTrack,
    Landing,
    LandingAction,
    LandingLink,
    LandingVideo,
    State,
)
from app.viewer.link import Link, LinkVideo
from app.viewer.phrases import PhraseValues, render_phrases
from app.viewer.share_cards import share_of

# Of a page that is nobody's: an address that never was one must not tell whose host it is.
NEUTRAL = make_brand("#5b3fd6", "#ffffff", "system", logo_url=None, name="")
MOST_HEADLINE_CHARS = 400


def neutral_landing(state: State) -> Landing:
    """The page of an address of which nothing is known (gone), or nothing now (away); the same for
    all of them."""
    return Landing(state, "", NEUTRAL, shows_made_with=False)


def make_landing(link: Link, state: State, place: LinkPlace, *, service_url: str) -> Landing:
    """The page of a link in this state. Closed pages tell nothing of the lead.

    `service_url`: the app's own address, where other sites ask what they may embed.
    """
    choices = link.choices
    landing = Landing(
        state=state,
        public_id=link.public_id,
        brand=brand_of(link, place),
        footer=choices.footer,
        legal_links=tuple(LandingLink(each.label, each.url) for each in choices.legal_links),
        shows_made_with=choices.shows_made_with,
        workspace_id=link.workspace_id,
        campaign_id=link.campaign_id,
    )
    if state in CLOSED or state == "password":
        return landing
    landing = replace(landing, erase_url=place.path(link.public_id, "delete-my-data"))
    if state != "ready" or link.video is None:
        return landing
    landing = _ready(landing, link, link.video, place)
    share = share_of(
        link, place, headline=landing.headline, text=landing.text, service_url=service_url
    )
    return replace(landing, share=share)


def sample_landing(link: Link, place: LinkPlace, video: LandingVideo) -> Landing:
    """The page as it would be, for a live preview: `link` may be made up, `video` any clip.

    Nothing of it is counted, and its links to what belongs to the lead alone are left out.
    """
    landing = make_landing(link, "waiting", place, service_url="")
    return replace(
        _spoken(landing, link, place),
        state="ready",
        video=video,
        erase_url=None,
        download_url=None,
    )


def brand_of(link: Link, place: LinkPlace) -> Brand:
    """The look of a link's pages, with its logo where everybody can fetch it."""
    logo_url = place.file(link.public_id, "logo", link.logo_key) if link.logo_key else None
    return make_brand(
        link.choices.accent,
        link.choices.background,
        link.choices.font,
        logo_url=logo_url,
        name=link.workspace_name,
    )


def _ready(landing: Landing, link: Link, video: LinkVideo, place: LinkPlace) -> Landing:
    video_key = video.key_of("video.mp4") or ""
    download_url = None
    if link.choices.allows_download:
        download_url = place.file(link.public_id, "video", video_key, download="1")
    return replace(
        _spoken(landing, link, place),
        video=_video(link.public_id, video, place),
        download_url=download_url,
        events_url=place.path(link.public_id, "events"),
        render_id=video.render_id,
    )


def _spoken(landing: Landing, link: Link, place: LinkPlace) -> Landing:
    """With all that is said to the lead and offered."""
    choices, values = link.choices, link.phrase_values
    return replace(
        landing,
        greeting_name=values.variables["lead.first_name"][:60],
        headline=headline_of(choices.headline, values),
        text=render_phrases(choices.text, values),
        speaker=choices.speaker,
        booking=make_booking(link, urlsplit(place.origin).netloc),
        actions=tuple(LandingAction(each.label, each.url, each.at_s) for each in choices.actions),
    )


def headline_of(text: str, values: PhraseValues) -> str:
    """A headline, on one line whatever was typed."""
    line = " ".join(render_phrases(text, values).split())
    return line if len(line) <= MOST_HEADLINE_CHARS else line[: MOST_HEADLINE_CHARS - 1] + "…"


def _video(public_id: str, video: LinkVideo, place: LinkPlace) -> LandingVideo:
    video_key = video.key_of("video.mp4") or ""
    light_key = video.key_of("light.mp4")
    return LandingVideo(
        url=place.file(public_id, "video", video_key),
        poster_url=place.file(public_id, "poster.jpg", video.key_of("poster.jpg") or video_key),
        type="video/mp4",
        duration_s=video.duration_s,
        width=video.width,
        height=video.height,
        captions=tuple(
            CaptionTrack(
                language,
                language_label(language),
                # Which part of the clip is heard is part of the version.
                place.file(
                    public_id,
                    f"captions/{language}.vtt",
                    f"{version} {video.facecam_start_s} {video.facecam_end_s}",
                ),
            )
            for language, version in video.captions
        ),
        light_url=place.file(public_id, "light", light_key) if light_key else None,
    )
