"""A cell of an address column becomes an address, a note, or a reason why not; it opens nothing."""

import re

from app.leads.cell_kinds import is_nothing
from app.leads.free_mail import is_free_mail
from app.leads.problems import ProblemCode
from app.urls import MAX_HOST_CHARS, UrlInvalid, check_url, has_scheme

CellRemark = tuple[ProblemCode, str]  # the kind, and a sentence

# Small ASCII letters all through, an ending in letters, no port, query or fragment: nine cells in
# ten, and 100,000 rows have many cells.
_PLAIN = re.compile(
    r"(https?://)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})(/[A-Za-z0-9/._~-]*)?"
)


def read_url(cell: str, *, has_fallback: bool) -> tuple[str | None, CellRemark | None]:
    """The address in the cell and what there is to say about it.

    Without an address the lead is lost, unless the scene has a fallback page.
    """

    def refuse(code: ProblemCode, why: str) -> tuple[None, CellRemark]:
        outcome = "The scene's fallback page is shown instead." if has_fallback else _CURE[code]
        return None, (code, f"{why} {outcome}")

    if is_nothing(cell):
        return refuse("url_empty", "There is no address in this cell.")
    try:
        url = _plain_url(cell) or check_url(cell)
    except UrlInvalid as error:
        return refuse("url_invalid", str(error))
    site = _free_mail_site(url)
    if site:
        return refuse("free_mail", f"{site} offers free e-mail and is not the lead's own site.")
    if has_scheme(cell):
        return url, None
    return url, ("scheme_added", f"“{cell}” has no https:// in front, so {url} is used.")


def host_of(url: str) -> str:
    """The host of an address that was checked, without its port."""
    authority = url.split("/", 3)[2]
    return authority if authority.endswith("]") else authority.rsplit(":", 1)[0]


_CURE: dict[ProblemCode, str] = {
    "url_empty": "Fill it in, or give the scene a fallback page.",
    "url_invalid": "Correct it, or give the scene a fallback page.",
    "free_mail": "Fill in the company's site, or give the scene a fallback page.",
}


def _plain_url(cell: str) -> str:
    """What check_url gives for the plainest addresses, nine times as fast; empty for others."""
    found = _PLAIN.fullmatch(cell) if len(cell) <= MAX_HOST_CHARS else None
    if found is None:
        return ""
    return f"{found[1] or 'https://'}{found[2]}{found[3] or '/'}"


def _free_mail_site(url: str) -> str:
    """The provider's name if this is its front page; a page deeper down is somebody's choice."""
    page = url.partition("#")[0]
    if not page.endswith("/") or page.count("/") != 3:
        return ""
    host = host_of(url).removeprefix("www.").removeprefix("mail.")
    return host if is_free_mail(host) else ""
