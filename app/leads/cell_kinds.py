"""What a cell looks like from outside: nothing, an address, a person; it proves none of it."""

import re

# What people and programs write for "nothing".
_NOTHING = frozenset(
    ["", "-", "--", "–", "—", "?", "n/a", "na", "#n/a", "nan", "none", "null", "nil", "tbd",
     "unknown", "undefined", "#ref!", "#value!", "#name?"]
)  # fmt: skip

KIND_CHARS = 500  # a longer cell is prose, and no pattern below has to walk through it

_EMAIL = re.compile(r"(?:mailto:)?[^\s@,;]+@[^\s@,;]+\.[^\W\d_]{2,}", re.IGNORECASE)
_WEB_ADDRESS = re.compile(r"<?(?:https?://|www\.)\S+\.\S+", re.IGNORECASE)
_SITE = re.compile(r"(?:[a-z0-9ß-ÿ-]+\.)+[a-z]{2,24}(?:[/?#]\S*)?", re.IGNORECASE)
# Two to five words in letters, the first of them a capital where the script has capitals.
_PERSON = re.compile(r"[^\W\d_a-zß-ÿ][^\W\d_]*\.?(?:[ '’-]{1,2}[^\W\d_]+\.?){1,4}")


def is_nothing(cell: str) -> bool:
    return cell.casefold() in _NOTHING


def is_email(cell: str) -> bool:
    return len(cell) <= KIND_CHARS and _EMAIL.fullmatch(cell) is not None


def is_web_address(cell: str) -> bool:
    """Whether it begins as only an address does: `https://…` or `www.…`."""
    return len(cell) <= KIND_CHARS and _WEB_ADDRESS.fullmatch(cell) is not None


def is_site(cell: str) -> bool:
    """Whether it could be a page without a scheme: `acme.com/about`, but also `Account.Name`."""
    return len(cell) <= KIND_CHARS and _SITE.fullmatch(cell) is not None


def is_person(cell: str) -> bool:
    """Whether it could be a full name. `Acme Incorporated` could be one as well."""
    return len(cell) <= KIND_CHARS and _PERSON.fullmatch(cell) is not None
