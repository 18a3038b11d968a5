"""A cell of the e-mail column becomes an address and what it tells of its owner; writes to none."""

import re

from app.leads.cell_kinds import is_nothing

MAX_EMAIL_CHARS = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets; 64 of them before the @
SEARCHED_CHARS = 1_000  # of a cell that holds more than an address

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = rf"[^\s@<>()\[\],;:\\\"]{{1,64}}@(?:{_LABEL}\.)+(?:[^\W\d_]{{2,63}}|xn--[a-z0-9-]+)"
_WHOLE = re.compile(_EMAIL, re.IGNORECASE)
_WITHIN = re.compile(rf"(?<![^\s<(\[,;:|/\"']){_EMAIL}(?![^\s>)\],;|/\"'])", re.IGNORECASE)
_WRAPPING = " \t\r\n\"'<>.,;\u00a0\u200b\ufeff"

# Mailboxes that more than one person reads, in the four languages the columns are found in.
_SHARED = frozenset(
    ["info", "infos", "hello", "hi", "hey", "contact", "contactus", "office", "sales", "support",
     "team", "mail", "email", "post", "admin", "service", "help", "marketing", "press", "media",
     "jobs", "careers", "hr", "billing", "accounts", "enquiries", "inquiries", "welcome", "noreply",
     "webmaster", "postmaster", "hallo", "kontakt", "buero", "büro", "anfrage", "zentrale",
     "verkauf", "vertrieb", "presse", "bonjour", "accueil", "commercial", "hola", "contacto",
     "ventas", "reception", "ceo", "me"]
)  # fmt: skip


def read_email(cell: str) -> tuple[str, str]:
    """The address with its domain in small letters, and a note; either may be empty.

    The part before the @ stays as written: only its own server knows whether capitals matter.
    """
    bare = cell.strip(_WRAPPING)
    if bare[:7].casefold() == "mailto:":
        bare = bare[7:].partition("?")[0]
    if is_nothing(bare):
        return "", ""
    if _is_sound(bare) and _WHOLE.fullmatch(bare):
        return _with_small_domain(bare), ""
    within = _WITHIN.search(bare[:SEARCHED_CHARS])
    shown = bare if len(bare) <= 80 else f"{bare[:79]}…"
    if within is None or not _is_sound(within[0]):
        return "", f"“{shown}” is not an e-mail address, so this lead has none."
    found = _with_small_domain(within[0])
    return found, f"“{shown}” is more than an e-mail address, so {found} is used."


def is_shared_mailbox(email: str) -> bool:
    """Whether the address is everybody's, such as `info@…`, so that it names no person."""
    return email.partition("@")[0].casefold() in _SHARED


def name_from_email(email: str) -> str:
    """`"ada.lovelace+fair@x.com"` → `"Ada Lovelace"`; empty for `info@x.com` and `007@x.com`."""
    if is_shared_mailbox(email):
        return ""
    local = email.partition("@")[0].partition("+")[0]
    return " ".join(word.capitalize() for word in re.findall(r"[^\W\d_]+", local))


def _is_sound(text: str) -> bool:
    local = text.partition("@")[0]
    return len(text) <= MAX_EMAIL_CHARS and ".." not in text and local.strip(".") == local


def _with_small_domain(email: str) -> str:
    local, _, domain = email.rpartition("@")
    return f"{local}@{domain.lower()}"
