"""Which names a subdomain may have, and a good one made from a team's name."""

import re
import secrets
import unicodedata
from collections.abc import Iterator

LONGEST = 40
# Letters that do not fall apart into a plain one and its mark; casefold makes ss of ß.
_SPELLED = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "þ": "th", "ı": "i"})
_SLUG = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")

# Ours, or mistaken for ours; mail and certificate authorities also send to some of them.
_RESERVED_WORDS = """
    abuse account accounts admin administrator api app assets auth autoconfig autodiscover billing
    blog calendar cdn contact dashboard demo-admin dev dns docs domains email enter error errors
    ftp health help home hostmaster id imap info internal invite join legal localhost login logout
    loomlite mail marketing media mx news noc ns ns1 ns2 oauth ops outbox password pop postmaster
    pricing privacy public register root sales security settings sign-in sign-up smtp ssl ssladmin
    staff stage staging static stats status stripe support sysadmin system team terms test usenet
    video videos view viewer webhook webhooks webmail webmaster workspace workspaces www
"""
RESERVED = frozenset(_RESERVED_WORDS.split())


def slug_problem(slug: str) -> str | None:
    """Why this may not be a workspace's address, as a sentence; None when it may."""
    if not 3 <= len(slug) <= LONGEST:
        return f"Use 3 to {LONGEST} characters."
    if not _SLUG.match(slug):
        return "Use small letters, digits and single hyphens, with a letter first."
    if slug in RESERVED or slug.startswith("xn--"):
        return "This address is reserved. Choose another one."
    return None


def suggest_slug(name: str) -> str:
    """`"Müller & Söhne GmbH"` → `"muller-sohne-gmbh"`; `"my-team"` when nothing is left."""
    spelled = name.casefold().translate(_SPELLED)
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
    slug = _cut(re.sub(r"[^a-z0-9]+", "-", plain).strip("-").lstrip("0123456789-"))
    if not slug:
        return "my-team"
    return slug if slug_problem(slug) is None else f"team-{slug}"[:LONGEST].strip("-")


def _cut(slug: str) -> str:
    """At most LONGEST characters, ending with a whole word unless the first alone is longer."""
    if len(slug) <= LONGEST:
        return slug
    words = slug[: LONGEST + 1].rpartition("-")[0]
    return words.strip("-") or slug[:LONGEST]


def slug_candidates(name: str) -> Iterator[str]:
    """Addresses to try in turn; the last ones are free as good as certainly."""
    slug = suggest_slug(name)
    yield slug
    for number in range(2, 10):
        yield f"{slug[: LONGEST - 2].rstrip('-')}-{number}"
    for _ in range(3):
        yield f"{slug[: LONGEST - 7].rstrip('-')}-{secrets.token_hex(3)}"
