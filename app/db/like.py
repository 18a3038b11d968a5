"""Patterns of LIKE from what people type; it asks no table."""


def like_pattern(words: str) -> str:
    r"""Finds the words as they stand, anywhere; for `ilike(…, escape="\\")`."""
    safe = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{safe}%"
