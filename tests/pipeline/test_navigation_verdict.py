"""What an answer or a page's content is called, without a browser: the cases a site cannot play."""

from typing import Any

import pytest

from app.pipeline.browser.address_guard import Blocked, DialFailure, FailureKind
from app.pipeline.browser.verdict import answer_error, failure_error, is_blank, wall_error
from app.pipeline.browser.visit import Document, Visit, target_of
from app.pipeline.errors import (
    BotChallenge,
    ConnectionLost,
    ConnectionRefused,
    LoginWall,
    NoSuchHost,
    PageError,
    PageTimeout,
    PrivateAddress,
    TlsFailure,
)

URL = "https://www.example.com/about"
REFUSED = {"x-loomlite-refused": "private-address"}
BLOCKED = Blocked("www.example.com", 443, "10.0.0.1", "private network")


def content(**facts: Any) -> dict[str, Any]:
    text = facts.get("text", "Words. " * 300)
    plain = {"title": "", "length": len(text), "media": 0, "password": False, "challenge": False}
    return plain | {"text": text} | facts


def test_a_site_behind_tls_cannot_pretend_to_be_refused() -> None:
    document = Document(url=URL, status=200, mime="text/html", headers=REFUSED)
    assert answer_error(URL, document, None) is None


def test_a_header_the_guard_did_not_send_is_not_believed() -> None:
    document = Document(url="http://a.example/", status=200, mime="text/html", headers=REFUSED)
    assert answer_error(document.url, document, None) is None
    assert type(answer_error(document.url, document, BLOCKED)) is PrivateAddress


KINDS: dict[FailureKind, type[PageError]] = {
    "no_such_host": NoSuchHost,
    "refused": ConnectionRefused,
    "unreachable": ConnectionRefused,
    "timeout": PageTimeout,
    "too_much_data": ConnectionLost,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_tunnel_is_explained_by_the_guard(kind: FailureKind) -> None:
    found = DialFailure("www.example.com", 443, kind)
    error = failure_error(URL, Document(), "net::ERR_TUNNEL_CONNECTION_FAILED", found)
    assert type(error) is KINDS[kind]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("CERT_DATE_INVALID", "its certificate has expired"),
        ("CERT_COMMON_NAME_INVALID", "made out to another name"),
        ("SSL_VERSION_OR_CIPHER_MISMATCH", "ssl version or cipher mismatch"),
    ],
)
def test_a_faulty_certificate_is_put_in_words(code: str, words: str) -> None:
    error = failure_error(URL, Document(), f"net::ERR_{code}", None)
    assert type(error) is TlsFailure
    assert words in str(error)


@pytest.mark.parametrize(
    "shown",
    [
        "https://www.example.com/authwall?session=1",
        "https://www.example.com/users/sign_in",
        "https://www.example.com/i/flow/login",
        "https://login.example.net/oauth2/authorize",
    ],
)
def test_to_be_sent_to_a_sign_in_page_is_a_wall(shown: str) -> None:
    assert type(wall_error(URL, shown, content())) is LoginWall


@pytest.mark.parametrize(
    "shown",
    [
        "https://www.example.com/blog/login-pages-that-work",
        "https://www.example.com/loginov",
        "https://id.example.com/",  # Indonesian
    ],
)
def test_an_address_that_only_sounds_like_one_is_not(shown: str) -> None:
    assert wall_error(URL, shown, content()) is None


def test_a_sign_in_page_that_was_asked_for_is_shown() -> None:
    asked = "https://www.example.com/login"
    assert wall_error(asked, asked, content(text="Sign in", password=True)) is None


def test_an_article_about_robots_is_no_challenge() -> None:
    text = "How to verify you are human. " * 100
    assert wall_error(URL, URL, content(text=text)) is None
    assert type(wall_error(URL, URL, content(text="Verify you are human"))) is BotChallenge


@pytest.mark.parametrize(("text", "blank"), [("", True), ("Loading…", True), ("Soon", False)])
def test_a_word_that_is_no_loading_message_is_content(text: str, blank: bool) -> None:
    assert is_blank(content(text=text)) is blank
    assert not is_blank(content(text=text, media=1))


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://Example.COM./x", ("example.com", 443)),
        ("http://[::1]:8080/", ("::1", 8080)),
        ("http://0x7f.1/", ("127.0.0.1", 80)),
        ("wss://a.example/", ("a.example", 443)),
    ],
)
def test_a_target_is_written_as_the_guard_writes_it(url: str, target: tuple[str, int]) -> None:
    assert target_of(url) == target


def test_a_notice_is_said_once() -> None:
    visit = Visit(URL)
    visit.notice("Once.")
    visit.notice("Once.")
    assert visit.notices == ["Once."]
