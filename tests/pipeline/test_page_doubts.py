"""Which pages a person should look at before a video shows them."""

import io
from typing import Any

import pytest
from PIL import Image, ImageDraw

from app.pipeline.browser.page_doubts import doubt_page, ink_of, is_same_site, say_doubts


def content(text: str = "", *, title: str = "", hosts: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"text": text, "title": title, "length": len(text), "hosts": list(hosts)}


def picture(*boxes: tuple[int, int, int, int]) -> bytes:
    drawn, file = Image.new("RGB", (1920, 1080), "white"), io.BytesIO()
    for box in boxes:
        ImageDraw.Draw(drawn).rectangle(box, fill="black")
    drawn.save(file, "JPEG")
    return file.getvalue()


FULL = picture((0, 0, 900, 1080))
PLAIN = "Plain words that make this a page worth looking at. " * 10


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("acme.com", "www.acme.com"),
        ("acme.com", "ACME.com."),
        ("acme.com", "app.eu.acme.com"),
        ("shop.acme.co.uk", "acme.co.uk"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
    ],
)
def test_names_of_one_owner_are_the_same_site(one: str, other: str) -> None:
    assert is_same_site(one, other)
    assert is_same_site(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("acme.com", "acme.net"),
        ("acme.co.uk", "other.co.uk"),
        ("acme.github.io", "other.github.io"),
        ("127.0.0.1", "128.0.0.1"),
        ("acme.com", "notacme.com"),
    ],
)
def test_names_of_two_owners_are_two_sites(one: str, other: str) -> None:
    assert not is_same_site(one, other)


@pytest.mark.parametrize(
    ("shown", "facts"),
    [
        ("https://acme.com/", content("The domain acme.com is for sale. Make an offer")),
        ("https://acme.com/", content("acme.com may be for sale! Buy this domain today.")),
        ("https://acme.com/", content("This domain has expired.", title="acme.com")),
        ("https://acme.com/", content("Diese Domain steht zum Verkauf")),
        ("https://acme.com/", content("Links", title="acme.com - Domain parking")),
        ("https://acme.com/", content("Welcome to nginx!\nIf you see this page, …")),
        ("https://ww38.acme.com/", content("Related searches")),
        ("https://acme.com/lander", content("Related links")),
        ("https://www.hugedomains.com/domain_profile.cfm?d=acme", content(PLAIN * 9)),
        ("https://acme.com/", content("Loans", hosts=("d38psrni17bvxu.x.net", "js.bodis.com"))),
    ],
)
def test_a_parked_domain_is_seen_as_one(shown: str, facts: dict[str, Any]) -> None:
    assert doubt_page("https://acme.com/", shown, facts, FULL).looks_parked


@pytest.mark.parametrize(
    "facts",
    [
        content(PLAIN, title="Acme"),
        content("Our house is for sale. Three rooms and a garden."),
        content("Buy this premium domain: we explain parked domains. " + PLAIN * 9),
        content("Nginx consulting. We make web sites work.", hosts=("cdn.sedona.com",)),
    ],
)
def test_a_page_of_somebody_is_not_taken_for_a_parked_domain(facts: dict[str, Any]) -> None:
    assert not doubt_page("https://acme.com/", "https://acme.com/", facts, FULL).looks_parked


def test_a_page_with_few_words_and_little_ink_looks_blank() -> None:
    def looks_blank(text: str, seen: bytes) -> bool:
        return doubt_page("https://a.b/", "https://a.b/", content(text), seen).looks_blank

    logo = picture((100, 100, 200, 160))
    assert looks_blank("Coming soon", logo)
    assert not looks_blank("Coming soon", FULL)
    assert not looks_blank(PLAIN, logo)


def test_ink_is_a_share_of_the_picture() -> None:
    assert ink_of(picture()) == 0
    assert ink_of(picture((0, 0, 479, 1080))) == pytest.approx(0.25, abs=0.01)


def test_each_doubt_has_a_sentence() -> None:
    doubts = doubt_page("https://a.com/", "https://ww1.b.com/", content("Soon"), picture())
    said = say_doubts(doubts, "https://ww1.b.com/")
    assert len(said) == 3
    assert "ww1.b.com" in said[0]
