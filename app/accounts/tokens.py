"""Secrets that are handed out once and kept as hashes."""

import hashlib
import secrets

TOKEN_BYTES = 32  # 256 bits: cannot be guessed, so a fast hash is enough to keep


def new_token() -> str:
    """A secret for a cookie or a link: 43 letters, digits, - and _."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def bound_to(token: str, slug: str) -> str:
    """What is hashed of a token that works on the host of this workspace alone."""
    return f"{slug} {token}"


def token_hash(token: str) -> bytes:
    """What is stored of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
