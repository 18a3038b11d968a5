"""Passwords: hashed, checked, and refused when they would be guessed; it stores none.

The rules are those of NIST SP 800-63B: length and what is known, no composition, no expiry.
"""

import asyncio
import base64
import re
import unicodedata

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError

from app.accounts.password_guesses import LEAST_CHOICES, count_choices

MIN_CHARS = 12
MAX_CHARS = 1024

# OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane; measured 49 ms.
_HASHER = PasswordHasher(
    time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)
# Of nobody: no text is known that gives these zeros. It makes a missing hash as slow as a wrong
# password, so that the time of an answer does not tell which accounts exist.
_NOBODY = "$argon2id$v=19$m={},t={},p={}${}${}".format(
    _HASHER.memory_cost,
    _HASHER.time_cost,
    _HASHER.parallelism,
    *(base64.b64encode(bytes(n)).decode().rstrip("=") for n in (16, 32)),
)


def hash_password(text: str) -> str:
    """An argon2id hash in PHC form, with a salt of its own; takes about 50 ms and 19 MiB."""
    return _HASHER.hash(_octets(text))


def check_password(stored: str | None, text: str) -> bool:
    """Whether the text is the password of a stored hash. None costs the same time, and is never."""
    try:
        same = _HASHER.verify(stored or _NOBODY, _octets(text))
    except (Argon2Error, InvalidHashError):
        return False
    return same and bool(stored)


async def hash_password_async(text: str) -> str:
    """As `hash_password`, in a thread: the event loop goes on meanwhile."""
    return await asyncio.to_thread(hash_password, text)


async def check_password_async(stored: str | None, text: str) -> bool:
    """As `check_password`, in a thread."""
    return await asyncio.to_thread(check_password, stored, text)


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's: hash anew at a sign-in."""
    try:
        return _HASHER.check_needs_rehash(stored)
    except InvalidHashError:
        return True


def password_problems(text: str, *, email: str, name: str) -> str | None:
    """Why this cannot be the password of this person, as a sentence; None when it can."""
    password = unicodedata.normalize("NFKC", text)
    if len(password) < MIN_CHARS:
        return f"Use at least {MIN_CHARS} characters. Four unrelated words are easy to remember."
    if len(password) > MAX_CHARS:
        return f"Use at most {MAX_CHARS:,} characters."
    if count_choices(password) < LEAST_CHOICES:
        return "This password is among the first to be guessed. Use four unrelated words instead."
    if count_choices(password, _personal_words(email, name)) < LEAST_CHOICES:
        return "This password is too close to your name or e-mail. Add a few unrelated words."
    return None


def _personal_words(email: str, name: str) -> set[str]:
    """Pieces of a person's name and address that others know, in lower case."""
    known = unicodedata.normalize("NFKC", f"{email} {name}").casefold()
    local, _, domain = unicodedata.normalize("NFKC", email).casefold().partition("@")
    pieces = {*re.split(r"[\W_]+", known), local, domain, re.sub(r"[\W_]+", "", name.casefold())}
    return {piece for piece in pieces if len(piece) >= 3}


def _octets(text: str) -> bytes:
    # NFKC, because the same key gives other code points on another system. A lone surrogate, which
    # JSON can carry, must not become an error.
    return unicodedata.normalize("NFKC", text).encode("utf-8", "surrogatepass")
