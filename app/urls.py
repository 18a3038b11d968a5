"""What a person typed becomes a page's address, or a sentence why not; it looks nothing up.

Whether the address is public, and whether anything answers there, is the browser's business.
"""

import ipaddress
import re
import unicodedata
from urllib.parse import SplitResult, quote, urlsplit

from app.errors import LoomliteError

MAX_URL_CHARS = 4_096  # Chromium takes 2 MB; nothing a person copies comes near this
MAX_HOST_CHARS = 253  # RFC 1035 §2.3.4, as are the 63 of a label
MAX_LABEL_CHARS = 63

_WRAPPING = " \t\r\n\"'`“”‘’«»<>\u00a0\u200b\u200c\u200d\u2060\ufeff"
_SPACE = re.compile(r"\s")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
# Schemes that are written without slashes. A list, because in `example.com:8080` the
# part before the colon looks like a scheme as well.
_BARE_SCHEME = re.compile(r"(javascript|vbscript|mailto|data|tel|sms|about|blob|file|skype):", re.I)
_ASCII_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Everything RFC 3986 allows, and the percent sign so that nothing is escaped twice.
_KEEP = "%/:=&?#~+!$,;'@()*[]-._"


class UrlInvalid(LoomliteError, ValueError):
    """The text is not the http or https address of a page; `str()` says why."""


def check_url(text: str) -> str:
    """The address as a browser writes it: scheme and host in lower case ASCII, no default port.

    Wrapping quotes and angle brackets are dropped, `https://` is added where no scheme stands and
    an empty path becomes `/`, so two spellings of one page are equal. Raises UrlInvalid.
    """
    bare = text.strip(_WRAPPING)
    if not bare:
        raise UrlInvalid("There is no web address here.")
    shown = f"“{bare if len(bare) <= 80 else bare[:79] + '…'}”"
    if len(bare) > MAX_URL_CHARS:
        raise UrlInvalid(
            f"{shown} is too long for a web address: at most {MAX_URL_CHARS} characters."
        )
    _refuse_characters(bare, shown)
    parts, port = _split(_with_scheme(bare, shown), shown)
    host = _host(parts.hostname or "", shown)
    standard = {"http": 80, "https": 443}[parts.scheme]
    netloc = host if port in {None, standard} else f"{host}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    place = quote((parts.path or "/") + query + fragment, safe=_KEEP)
    return f"{parts.scheme}://{netloc}{place}"


def has_scheme(text: str) -> bool:
    """Whether `check_url` would find a scheme in the text, or has to add one."""
    return _SCHEME.match(text.strip(_WRAPPING)) is not None


def _refuse_characters(bare: str, shown: str) -> None:
    if _SPACE.search(bare):
        raise UrlInvalid(f"{shown} has a space in it. Give one web address without spaces.")
    # A browser drops control characters and reads `\` as `/`: it would open another host than the
    # one that was checked here.
    if "\\" in bare or not bare.isprintable():
        raise UrlInvalid(f"{shown} has characters in it that no web address may have.")


def _with_scheme(bare: str, shown: str) -> str:
    if bare.startswith("//"):
        return "https:" + bare
    found = _SCHEME.match(bare) or _BARE_SCHEME.match(bare)
    if found is None:
        return "https://" + bare
    if found[1].lower() not in {"http", "https"}:
        raise UrlInvalid(
            f"{shown} is not a web page: only addresses with http:// or https:// can be opened."
        )
    return bare


def _split(url: str, shown: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # a bracket without its pair, a port that is no number
        raise UrlInvalid(f"{shown} is not a complete web address.") from None
    if "@" in parts.netloc:
        raise UrlInvalid(
            f"{shown} is an e-mail address or holds a user name. Give the address of a page."
        )
    return parts, port


def _host(host: str, shown: str) -> str:
    """The host in ASCII. Labels beyond ASCII become punycode as UTS #46 (non-transitional) writes
    them, which is what browsers do; Python's own codec would turn `straße` into `strasse`."""
    if ":" in host and "%" not in host:  # a zone, as in fe80::1%eth0, means nothing elsewhere
        try:
            return f"[{ipaddress.IPv6Address(host).compressed}]"
        except ValueError:
            raise UrlInvalid(f"{shown} does not name a website.") from None
    mapped = unicodedata.normalize("NFKC", host).replace("。", ".").lower().removesuffix(".")
    labels = [_label(label, shown) for label in mapped.split(".")]
    ascii_host = ".".join(labels)
    if len(ascii_host) > MAX_HOST_CHARS:
        raise UrlInvalid(f"{shown} does not name a website: the name is too long.")
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        # A browser reads every host that ends in a number as IPv4, also `127.1` and `0x7f.1`.
        try:
            return str(ipaddress.IPv4Address(ascii_host))
        except ValueError:
            raise UrlInvalid(f"{shown} does not name a website.") from None
    if len(labels) == 1 and ascii_host != "localhost":
        raise UrlInvalid(f"{shown} is not a web address: it has no ending such as .com.")
    return ascii_host


def _label(label: str, shown: str) -> str:
    if not label.isascii() and all(_may_stand_in_a_host(c) for c in label):
        label = "xn--" + label.encode("punycode").decode("ascii")
    if not _ASCII_LABEL.fullmatch(label) or len(label) > MAX_LABEL_CHARS:
        raise UrlInvalid(f"{shown} does not name a website.")
    return label


def _may_stand_in_a_host(char: str) -> bool:
    # Letters, marks, digits, and the symbols of emoji domains such as i❤.ws.
    return (
        char in "-_" or unicodedata.category(char)[0] in "LMN" or unicodedata.category(char) == "So"
    )
