"""What an answer, a failure or a page's content means to the user; it asks no browser."""

import re
from typing import Any
from urllib.parse import urlsplit

from app.pipeline.browser.address_guard import Blocked, DialFailure
from app.pipeline.browser.visit import Document
from app.pipeline.errors import (
    BlankPage,
    BotChallenge,
    ConnectionLost,
    ConnectionRefused,
    DownloadInsteadOfPage,
    LoginWall,
    NoSuchHost,
    PageError,
    PageNotFound,
    PageTimeout,
    PrivateAddress,
    RedirectLoop,
    ServerError,
    TlsFailure,
)

SHORT_CHARACTERS = 1500  # a wall says little; a page that mentions one says more
LOADING_CHARACTERS = 20  # "Loading, please wait…" is no content yet
DIAL_LIMIT_S = 10.0  # the guard's own

_LOGIN_PATH = re.compile(
    r"/(authwall|uas/login|checkpoint|accounts/login|users/sign_in|signin|sign-in|log-in|login)(?=[/.;?]|$)",
    re.IGNORECASE,
)
_LOGIN_HOST = re.compile(r"(login|signin|accounts?|auth|sso|idp)\.")
_CHALLENGE_TITLE = re.compile(
    r"just a moment|attention required|access denied|are you (a )?human|verify you are human|"
    r"security check|pardon our interruption|please wait\.\.\.|robot check|ddos-guard",
    re.IGNORECASE,
)
_CHALLENGE_TEXT = re.compile(
    r"verify(ing)? (that )?you are (a )?human|checking your browser|press (and|&) hold|"
    r"enable javascript and cookies to continue|unusual traffic|incapsula incident|"
    r"complete the security check|prove (that )?you are not a robot|i'm not a robot",
    re.IGNORECASE,
)
_CHALLENGE_HEADERS = ("cf-mitigated", "x-amzn-waf-action")
_LOADING = re.compile(r"\W*(loading|please wait)?\W*", re.IGNORECASE)
_PAGE_TYPES = re.compile(r"text/(html|plain|xml)|application/(xhtml\+xml|xml)|image/.*|")
_TLS_CAUSES = {
    "CERT_AUTHORITY_INVALID": "nobody known has signed its certificate",
    "CERT_DATE_INVALID": "its certificate has expired",
    "CERT_COMMON_NAME_INVALID": "its certificate is made out to another name",
    "CERT_REVOKED": "its certificate was withdrawn",
    "SSL_PROTOCOL_ERROR": "it does not speak https",
}


def refusal_error(url: str, found: Blocked | DialFailure | None) -> PageError:
    """The error for a document that the guard did not let through, or could not reach."""
    host = host_of(url)
    if isinstance(found, Blocked):
        return PrivateAddress(url, address=found.address or found.host, reason=found.reason)
    match found.kind if found else "refused":
        case "no_such_host":
            return NoSuchHost(url, host=host)
        case "timeout":
            return PageTimeout(url, limit_s=DIAL_LIMIT_S)
        case "too_much_data":
            return ConnectionLost(url, cause="it sent too much data")
        case _:
            return ConnectionRefused(url, host=host)


def failure_error(  # noqa: PLR0911 - one line per kind of failure
    url: str, document: Document, text: str, found: Blocked | DialFailure | None
) -> PageError:
    """The error behind Chromium's net::ERR_… text; `found` is what the guard says of the target."""
    code = text.removeprefix("net::ERR_")
    if document.download or (code == "ABORTED" and document.status == 200):
        return DownloadInsteadOfPage(url, mime=document.mime or "a file")
    if document.status in (204, 205):
        return BlankPage(url)
    if found is not None or "TUNNEL" in code or "PROXY" in code:
        return refusal_error(url, found)
    if code == "TOO_MANY_REDIRECTS":
        return RedirectLoop(url)
    if "CERT" in code or "SSL" in code:
        return TlsFailure(url, cause=_TLS_CAUSES.get(code, code.replace("_", " ").lower()))
    if code in ("NAME_NOT_RESOLVED", "INVALID_URL"):
        return NoSuchHost(url, host=host_of(url))
    if "TIMED_OUT" in code:
        return PageTimeout(url, limit_s=DIAL_LIMIT_S)
    if code in ("UNSAFE_PORT", "UNKNOWN_URL_SCHEME", "DISALLOWED_URL_SCHEME", "UNSAFE_REDIRECT"):
        return PrivateAddress(url, address=host_of(url), reason="not a web address")
    return ConnectionLost(url, cause=code.replace("_", " ").lower())


def answer_error(  # noqa: PLR0911 - one line per kind of answer
    url: str, document: Document, found: Blocked | DialFailure | None
) -> PageError | None:
    """The error that status and headers of a document are, or None."""
    host = host_of(url)
    # Behind TLS only the site itself can say so, and it would be lying.
    if "x-loomlite-refused" in document.headers and document.url.startswith("http:"):
        if document.headers["x-loomlite-refused"] == "bad-request":
            return NoSuchHost(url, host=host)
        if found is not None:
            return refusal_error(url, found)
    if document.status == 999:
        return LoginWall(url, host=host)  # LinkedIn's own answer to visitors it does not know
    if any(document.headers.get(name) for name in _CHALLENGE_HEADERS):
        return BotChallenge(url, host=host)
    if document.status in (401, 407):
        return LoginWall(url, host=host)
    # Too early, too often, too slow: another try may do better.
    if document.status >= 500 or document.status in (408, 425, 429):
        return ServerError(url, status=document.status)
    if document.status >= 400:
        return PageNotFound(url, status=document.status)
    if not _PAGE_TYPES.fullmatch(document.mime):
        return DownloadInsteadOfPage(url, mime=document.mime)
    return None


def wall_error(url: str, shown_url: str, content: dict[str, Any]) -> PageError | None:
    """BotChallenge or LoginWall, when that is all there is; `content` is from ready.js."""
    short = content["length"] < SHORT_CHARACTERS
    if short and (
        content["challenge"]
        or _CHALLENGE_TITLE.search(content["title"])
        or _CHALLENGE_TEXT.search(content["text"])
    ):
        return BotChallenge(url, host=host_of(url))
    asked, shown = urlsplit(url), urlsplit(shown_url)
    sent_away = (_LOGIN_PATH.search(shown.path) and not _LOGIN_PATH.search(asked.path)) or (
        _LOGIN_HOST.match(shown.hostname or "") and shown.hostname != asked.hostname
    )
    form_instead = content["password"] and short and asked.path not in ("", "/")
    if sent_away or (form_instead and not _LOGIN_PATH.search(asked.path)):
        return LoginWall(url, host=host_of(url))
    return None


def is_filled(content: dict[str, Any]) -> bool:
    """Whether there is more than a logo and a word or two, as before a page's scripts have run."""
    return bool(content["length"] >= LOADING_CHARACTERS or content["big_media"])


def is_blank(content: dict[str, Any]) -> bool:
    return not content["media"] and bool(_LOADING.fullmatch(content["text"]))


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or url
    except ValueError:
        return url
