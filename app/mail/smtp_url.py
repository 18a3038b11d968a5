"""The mail server that SMTP_URL names; connects to nothing and never repeats the text it read.

A password with `/`, `#` or `@` in it splits in odd places, so that any part of a faulty URL may
hold a piece of the password: faults are told without quoting.
"""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from app.errors import LoomliteError

Tls = Literal["from the start", "required", "when offered", "none"]
PORTS = {"smtp": 587, "smtps": 465}  # submission, RFC 6409 and RFC 8314
SHAPE = "smtp://user:password@host:587 or smtps://user:password@host:465"


class MailSettingsInvalid(LoomliteError):
    """The settings of mail cannot be used; says which one and why, without the password."""


@dataclass(frozen=True)
class SmtpServer:
    """Where letters are handed in, and how."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = field(default="", repr=False)


def read_smtp_url(url: str) -> SmtpServer:
    """The server of `smtp://user:password@host:587?tls=required|none` or `smtps://…:465`.

    Without `tls`, smtp turns TLS on where the server offers it, and insists on it where there is a
    password to protect. Raises MailSettingsInvalid.
    """
    parts = _split(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise _faulty("it has a user without a password, or a password without a user")
    if not (user + password).isascii():
        raise _faulty("user and password can have ASCII characters only")
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    return SmtpServer(host, port, _tls(parts, bool(password)), user, password)


def _split(url: str) -> SplitResult:
    if not url.isprintable() or " " in url:
        raise _faulty("it has spaces, line breaks or control characters")
    try:
        parts = urlsplit(url)
        port = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:  # UnicodeError among them
        raise _faulty("its host or port cannot be read") from None
    if parts.scheme not in PORTS:
        raise _faulty("it does not begin with smtp:// or smtps://")
    if not parts.hostname or port == 0:
        raise _faulty("its host or port is missing")
    if parts.path.strip("/") or parts.fragment:
        raise _faulty("something follows the host and port")
    return parts


def _tls(parts: SplitResult, has_password: bool) -> Tls:
    options = parse_qsl(parts.query, keep_blank_values=True)
    if parts.scheme == "smtps" and not options:
        return "from the start"
    match options:
        case [("tls", "required")] if parts.scheme == "smtp":
            return "required"
        case [("tls", "none")] if parts.scheme == "smtp":
            return "none"
        case []:
            # Whoever sits between could hide the offer and read the password.
            return "required" if has_password else "when offered"
    raise _faulty("after the question mark only smtp:// takes tls=required or tls=none")


def _faulty(reason: str) -> MailSettingsInvalid:
    return MailSettingsInvalid(
        f"SMTP_URL cannot be used: {reason}. Write {SHAPE}; in user and password, write "
        "characters such as / # ? @ : percent-encoded."
    )
