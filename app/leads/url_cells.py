"""A cell of an address column becomes an address, a note, or a reason why not; it opens nothing."""

from urllib.parse import urlsplit

from app.leads.problems import ProblemCode, RowProblem
from app.urls import UrlInvalid, check_url, has_scheme

# What people and programs write for "nothing".
_NOTHING = frozenset(
    ["", "-", "--", "–", "—", "?", "n/a", "na", "#n/a", "nan", "none", "null", "nil", "tbd",
     "unknown", "undefined", "#ref!", "#value!", "#name?"]
)  # fmt: skip

# Large providers of free mail. A list made from e-mail addresses has their names as "company site".
_FREE_MAIL = frozenset(
    ["gmail.com", "googlemail.com", "outlook.com", "msn.com", "yahoo.com", "ymail.com", "aol.com",
     "rocketmail.com", "icloud.com", "me.com", "mac.com", "mail.com", "email.com", "proton.me",
     "protonmail.com", "pm.me", "tutanota.com", "tuta.com", "fastmail.com", "hey.com", "zoho.com",
     "gmx.net", "gmx.de", "gmx.com", "gmx.at", "gmx.ch", "web.de", "freenet.de", "t-online.de",
     "mail.ru", "yandex.ru", "yandex.com", "bk.ru", "inbox.ru", "list.ru", "qq.com", "163.com",
     "126.com", "sina.com", "foxmail.com", "naver.com", "hanmail.net", "daum.net", "orange.fr",
     "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "libero.it", "virgilio.it", "tiscali.it",
     "wp.pl", "o2.pl", "onet.pl", "interia.pl", "seznam.cz", "uol.com.br", "bol.com.br",
     "terra.com.br", "rediffmail.com", "comcast.net", "verizon.net", "att.net", "sbcglobal.net",
     "bellsouth.net", "cox.net", "btinternet.com", "bluewin.ch", "ziggo.nl", "telenet.be"]
)  # fmt: skip
_FREE_MAIL_EVERYWHERE = ("hotmail", "live", "yahoo")  # hotmail.fr, yahoo.co.uk, …


def read_url(
    row: int, column: str, cell: str, *, has_fallback: bool
) -> tuple[str | None, RowProblem | None]:
    """The address in the cell and what there is to say about it.

    Without an address the row is lost, unless the scene has a fallback page: then it is a note.
    """

    def refuse(code: ProblemCode, why: str) -> tuple[None, RowProblem]:
        outcome = "The scene's fallback page is shown instead." if has_fallback else _CURE[code]
        return None, RowProblem(row, column, code, f"{why} {outcome}", fatal=not has_fallback)

    if cell.casefold() in _NOTHING:
        return refuse("url_empty", "There is no address in this cell.")
    try:
        url = check_url(cell)
    except UrlInvalid as error:
        return refuse("url_invalid", str(error))
    site = _free_mail_site(url)
    if site is not None:
        return refuse("free_mail", f"{site} offers free e-mail and is not the lead's own site.")
    if has_scheme(cell):
        return url, None
    said = f"“{cell}” has no https:// in front, so {url} is used."
    return url, RowProblem(row, column, "scheme_added", said, fatal=False)


_CURE: dict[ProblemCode, str] = {
    "url_empty": "Fill it in, or give the scene a fallback page.",
    "url_invalid": "Correct it, or give the scene a fallback page.",
    "free_mail": "Fill in the company's site, or give the scene a fallback page.",
}


def _free_mail_site(url: str) -> str | None:
    """The provider's name if this is its front page; a page deeper down is somebody's choice."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("mail.")
    if parts.path != "/" or parts.query:
        return None
    is_national = host.split(".")[0] in _FREE_MAIL_EVERYWHERE and host.count(".") <= 2
    return host if host in _FREE_MAIL or is_national else None
