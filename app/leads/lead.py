"""One person on the list, a name to greet and a name for a folder; knows no row but its own."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

# Normalised headers, the most telling first; the fields of one row may hold several of them.
_FULL_NAME = ("name", "full_name", "fullname", "lead", "lead_name")
_FIRST_NAME = ("first_name", "firstname", "given_name", "forename", "first")
_LAST_NAME = ("last_name", "lastname", "surname", "family_name", "last")
_CONTACT = ("contact", "contact_name", "person")
_EMAIL = ("email", "e_mail", "email_address", "e_mail_address", "work_email", "mail")
_COMPANY = (
    "company", "company_name", "organisation", "organization", "account", "account_name", "employer"
)  # fmt: skip

# Letters that Unicode does not take apart into a base and an accent.
_ASCII = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
MAX_SLUG_CHARS = 60  # file systems take 255 bytes for a name, Windows 260 for a whole path


@dataclass(frozen=True, slots=True)
class Lead:
    """One good row. `row` is the number a spreadsheet shows (the header is row 1).

    `fields` has every named column: normalised header → the cell without spaces around it.
    `urls` has a checked address for each column the campaign names, as it names it; a column is
    left out where the scene's fallback page stands in.
    """

    row: int
    name: str
    fields: Mapping[str, str]
    urls: Mapping[str, str]

    @property
    def slug(self) -> str:
        """The folder, `<row>-<lead>` in ASCII: `12-ada-lovelace`; `12-lead` without such a name."""
        known = "" if self.name == _unnamed(self.row) else self.name
        flat = unicodedata.normalize("NFKD", known.casefold().translate(_ASCII))
        words = re.findall(r"[a-z0-9]+", flat.encode("ascii", "ignore").decode())
        return f"{self.row}-{'-'.join(words)[:MAX_SLUG_CHARS].rstrip('-') or 'lead'}"

    @property
    def first_name(self) -> str:
        """How to greet the lead; empty where the list does not tell."""
        given = _first(self.fields, _FIRST_NAME)
        if given or "@" in self.name or self.name == _unnamed(self.row):
            return given
        return self.name.split()[0]

    @property
    def company(self) -> str:
        """Where the lead works; empty where the list does not tell."""
        return _first(self.fields, _COMPANY)


def name_lead(row: int, fields: Mapping[str, str]) -> str:
    """The lead's name from the best column there is, else the e-mail address, else “row N”."""
    name = (
        _first(fields, _FULL_NAME)
        or f"{_first(fields, _FIRST_NAME)} {_first(fields, _LAST_NAME)}".strip()
        or _first(fields, _CONTACT)
        or email(fields)
        or _unnamed(row)
    )
    return " ".join(name.split())


def email(fields: Mapping[str, str]) -> str:
    return _first(fields, _EMAIL)


def _unnamed(row: int) -> str:
    return f"row {row}"


def _first(fields: Mapping[str, str], keys: tuple[str, ...]) -> str:
    for key in keys:
        if fields.get(key):
            return fields[key]
    return ""
