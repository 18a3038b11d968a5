"""Landing pages to look at: one with all there is, and what brands and names can do to it."""

from dataclasses import replace
from typing import Any

from app.viewer.brand import Brand, make_brand
from app.viewer.landing import (
    CaptionTrack,
    Landing,
    LandingAction,
    LandingBooking,
    LandingLink,
    LandingVideo,
    Share,
)

VIDEO_S = 8.0
PUBLIC_ID = "k3mfp2q7xw5ztr9ncdvj4hbs"
ROOT = f"/v/{PUBLIC_ID}"


def brand(
    accent: str = "#5b3fd6",
    background: str = "#ffffff",
    *,
    logo_url: str | None = f"{ROOT}/logo",
    name: str = "Nordlys Analytics",
    font: str = "system",
) -> Brand:
    return make_brand(accent, background, font, logo_url=logo_url, name=name)


BRANDS = {
    "light": brand(),
    "dark": brand("#f2b84b", "#14161f", font="geometric"),
    "neon": brand("#39ff14", "#ff00c8", font="rounded"),
    "grey": brand("#808080", "#7f7f7f", logo_url=None),
}


def video(**changes: Any) -> LandingVideo:
    return replace(
        LandingVideo(
            url=f"{ROOT}/video",
            poster_url=f"{ROOT}/poster.jpg",
            type="video/webm",
            duration_s=VIDEO_S,
            width=1280,
            height=720,
            captions=(
                CaptionTrack("en", "English", f"{ROOT}/captions/en.vtt"),
                CaptionTrack("de", "Deutsch", f"{ROOT}/captions/de.vtt"),
            ),
        ),
        **changes,
    )


TWO_COPIES = video(light_url=f"{ROOT}/light")


def booking(**changes: Any) -> LandingBooking:
    return replace(
        LandingBooking(
            kind="calendly",
            url="https://calendly.com/nordlys/intro?name=Maria",
            embed_url="https://calendly.com/nordlys/intro?name=Maria&embed_type=Inline",
            label="Book a time with Jonas",
            opens="click",
            asks_consent=False,
        ),
        **changes,
    )


ACTIONS = (
    LandingAction("See the pricing", "https://nordlys.example/pricing", None),
    LandingAction("Read how Fjordbank did it", "https://nordlys.example/fjordbank", 2.0),
)
LEGAL = (
    LandingLink("Privacy notice", "https://nordlys.example/privacy"),
    LandingLink("Imprint", "https://nordlys.example/imprint"),
)
SHARE = Share(
    title="Maria, this video is for you",
    description="A short video from Jonas Lindqvist, Nordlys Analytics",
    page_url=f"https://nordlys.example{ROOT}",
    image_url=f"https://nordlys.example{ROOT}/card.jpg",
    image_width=1200,
    image_height=630,
    oembed_url="https://nordlys.example/oembed?url=x",
)


def landing(**changes: Any) -> Landing:
    """A page with everything on it."""
    return replace(
        Landing(
            state="ready",
            public_id=PUBLIC_ID,
            brand=BRANDS["light"],
            greeting_name="Maria",
            headline="Maria, here is what your visitors do on fjordbank.example",
            text="I recorded this for you after reading your last report.\n\nIt takes a minute.",
            speaker="Jonas Lindqvist, Head of Partnerships at Nordlys Analytics",
            video=video(),
            booking=booking(),
            actions=ACTIONS,
            footer="Nordlys Analytics AS, Storgata 1, 0155 Oslo",
            legal_links=LEGAL,
            download_url=f"{ROOT}/video?download=1",
            erase_url=f"{ROOT}/delete-my-data",
            token="a-token",
            events_url=f"{ROOT}/events",
            share=SHARE,
        ),
        **changes,
    )


LONG = "Kreissparkassenverwaltungsgesellschaft Schleswig-Holstein AG"  # 60 characters
FACES = {
    "everything": landing(),
    "dark": landing(brand=BRANDS["dark"]),
    "neon": landing(brand=BRANDS["neon"]),
    "grey without a logo": landing(brand=BRANDS["grey"], booking=booking(kind="link")),
    "nothing but the video": landing(
        greeting_name="",
        headline="",
        text="",
        speaker="",
        booking=None,
        actions=(),
        footer="",
        legal_links=(),
        download_url=None,
        erase_url=None,
        events_url=None,
        share=None,
        shows_made_with=False,
        video=video(captions=()),
    ),
    "a long German company": landing(
        brand=brand(logo_url=None, name=LONG),
        greeting_name="Maximiliane-Friederike",
        headline=f"Maximiliane-Friederike, so sieht {LONG} im Wettbewerbsvergleich aus",
        text="Donaudampfschifffahrtsgesellschaftskapitänspatentprüfung in einer Minute.",
        booking=booking(kind="link", label="Jetzt unverbindliches Beratungsgespräch vereinbaren"),
        actions=ACTIONS[:1],
    ),
    "right to left": landing(
        greeting_name="مريم 🎉",
        headline="مريم، هذا الفيديو لك",
        text="سجلت هذا الفيديو لك.",
        speaker="يوسف الحسن، شركة المدار",
        brand=brand(logo_url=None, name="شركة المدار"),
        booking=booking(label="احجز موعدًا"),
    ),
    "emoji and one action": landing(
        greeting_name="Zoë 🚀",
        headline="Zoë 🚀, 👋🏽 from the team",
        booking=None,
        actions=ACTIONS[:1],
    ),
    "a tall video": landing(video=video(width=720, height=1280)),
}
