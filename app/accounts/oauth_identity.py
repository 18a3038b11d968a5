"""Who a provider says somebody is, cleaned of what no provider should send; it trusts no e-mail."""

from dataclasses import dataclass

from app.accounts.oauth_failures import ProtocolBroken
from app.accounts.oauth_providers import is_protected_address

MAX_SUBJECT_CHARS = 255  # OpenID Connect Core 1.0 §2, `sub`
MAX_EMAIL_CHARS = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets
MAX_NAME_CHARS = 120
MAX_PICTURE_CHARS = 2048


@dataclass(frozen=True, slots=True)
class Identity:
    """A person at a provider. (`issuer`, `subject`) never changes hands; an e-mail address may.

    `email`, `name` and `picture_url` are "" where the provider gave none. An address may be linked
    to an account only when `email_verified`; `picture_url` is https.
    """

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str
    picture_url: str


def cleaned_identity(
    *,
    issuer: str,
    subject: object,
    email: object,
    email_verified: bool,
    name: object,
    picture_url: object,
) -> Identity:
    """An Identity of whatever was sent. Raises ProtocolBroken without a usable subject."""
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT_CHARS:
        raise ProtocolBroken("the provider did not say who signed in")
    address = _email(email)
    return Identity(
        issuer=issuer,
        subject=subject,
        email=address,
        email_verified=email_verified and address != "",
        name=_name(name),
        picture_url=_picture(picture_url),
    )


def _email(value: object) -> str:
    usable = (
        isinstance(value, str)
        and len(value) <= MAX_EMAIL_CHARS
        and value.isprintable()
        and "@" in value
    )
    return str(value).strip() if usable else ""


def _name(value: object) -> str:
    if not isinstance(value, str):
        return ""
    shown = "".join(char if char.isprintable() else " " for char in value)
    return " ".join(shown.split())[:MAX_NAME_CHARS]


def _picture(value: object) -> str:
    usable = isinstance(value, str) and len(value) <= MAX_PICTURE_CHARS and value.isprintable()
    return str(value) if usable and _is_https(str(value)) else ""


def _is_https(url: str) -> bool:
    try:
        return url.startswith("https://") and is_protected_address(url)
    except ValueError:  # a bracket without its pair
        return False
