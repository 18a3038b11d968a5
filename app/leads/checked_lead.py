"""A row of a table becomes a lead, once somebody has said which column is what; stores nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from app.leads.cell_kinds import is_nothing
from app.leads.company_names import company_of
from app.leads.email_cells import is_shared_mailbox, name_from_email, read_email
from app.leads.problems import UNREADABLE_CHAR, UNREADABLE_TEXT, Problem
from app.leads.url_cells import host_of, read_url

MAX_NAME_CHARS = 200  # of a person or a company: what a page can greet
NOBODY = (
    "This row has no name, e-mail address, company or page, so there is nobody to make a video for."
)


@dataclass(frozen=True, slots=True)
class LeadColumns:
    """Which headers of a table mean what. Two `name` columns are joined in their order.

    `url_columns` are those that scenes show, `fallback_columns` those of them whose scenes all
    have a fallback page.
    """

    name: tuple[str, ...] = ()
    email: str | None = None
    company: str | None = None
    url_columns: tuple[str, ...] = ()
    fallback_columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckedLead:
    """A row that is good for a video. Texts are empty where nothing tells; `urls` has a checked
    address for each URL column, unless the scene's fallback page stands in. `notes` are not fatal.
    """

    name: str
    email: str
    company: str
    urls: Mapping[str, str]
    notes: tuple[Problem, ...] = ()


def check_row(
    cells_by_header: Mapping[str, str], columns: LeadColumns
) -> CheckedLead | list[Problem]:
    """The lead in the row, or everything there is to say about it, of which something is fatal.

    A column that the row does not have is an empty one. Without a name the lead is called after
    the e-mail address, else the company; without a company, after the domain of the e-mail address
    or of the first site that is not a platform's.
    """
    problems: list[Problem] = []
    told_name = _read_name(cells_by_header, columns, problems)
    email = _read_email(cells_by_header, columns, problems)
    told_company = _read_company(cells_by_header, columns, problems)
    urls = _read_urls(cells_by_header, columns, problems)
    company = told_company or _company_from(email, urls)
    name = told_name or name_from_email(email) or company
    if any(problem.fatal for problem in problems):
        return problems
    if not (name or email or urls):
        return [*problems, Problem(None, NOBODY, fatal=True)]
    return CheckedLead(name, email, company, urls, tuple(problems))


def lead_digest(lead: CheckedLead) -> bytes:
    """16 bytes that two rows share when they are the same lead: the same e-mail address; or the
    same name, company and pages where there is none or it is a mailbox like `info@…`.
    """
    told = [lead.email]
    if not lead.email or is_shared_mailbox(lead.email):
        told += [lead.name, lead.company, *(f"{c}\x1e{lead.urls[c]}" for c in sorted(lead.urls))]
    text = "\x1f".join(told).casefold()
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _read_name(cells: Mapping[str, str], columns: LeadColumns, problems: list[Problem]) -> str:
    parts = [cells.get(column, "").strip() for column in columns.name]
    # “Na” and “Null” are family names; “-” and “n/a” are nobody's.
    told = [part for part in parts if part.isalpha() or not is_nothing(part)]
    name = " ".join(" ".join(told).split())
    if is_nothing(name):
        return ""
    return _shortened(name, columns.name[0], problems)


def _read_email(cells: Mapping[str, str], columns: LeadColumns, problems: list[Problem]) -> str:
    if columns.email is None:
        return ""
    email, note = read_email(cells.get(columns.email, ""))
    if note:
        problems.append(Problem(columns.email, note, fatal=False))
    return email


def _read_company(cells: Mapping[str, str], columns: LeadColumns, problems: list[Problem]) -> str:
    if columns.company is None:
        return ""
    company = " ".join(cells.get(columns.company, "").split())
    return "" if is_nothing(company) else _shortened(company, columns.company, problems)


def _read_urls(
    cells: Mapping[str, str], columns: LeadColumns, problems: list[Problem]
) -> dict[str, str]:
    urls: dict[str, str] = {}
    for column in columns.url_columns:
        has_fallback = column in columns.fallback_columns
        url, remark = read_url(cells.get(column, "").strip(), has_fallback=has_fallback)
        if url is not None:
            urls[column] = url
        if remark is not None:
            is_fatal = url is None and not has_fallback
            problems.append(Problem(column, remark[1], fatal=is_fatal))
    return urls


def _company_from(email: str, urls: Mapping[str, str]) -> str:
    company = company_of(email.rpartition("@")[2])
    if company:
        return company
    for url in urls.values():
        company = company_of(host_of(url))
        if company:
            return company
    return ""


def _shortened(text: str, column: str, problems: list[Problem]) -> str:
    if UNREADABLE_CHAR in text:
        problems.append(Problem(column, UNREADABLE_TEXT, fatal=False))
    if len(text) <= MAX_NAME_CHARS:
        return text
    said = f"This is longer than {MAX_NAME_CHARS} characters, so the rest is left out."
    problems.append(Problem(column, said, fatal=False))
    return f"{text[: MAX_NAME_CHARS - 1].rstrip()}…"
