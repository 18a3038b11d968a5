"""How few choices a password is made of; it knows no length rules and no person.

A word everybody knows, a walk over the keyboard, a repeated character or a year is one choice, any
other character is one as well. "Password1234!" is three choices, twelve random letters are twelve.
"""

import re
from collections.abc import Collection

from app.accounts.password_words import COMMON_WORDS, PRODUCT_WORDS, WALKS

LEAST_CHOICES = 8  # below it, what is left to guess is shorter than the eight of NIST SP 800-63B
_SHORTEST_WALK = 3

_BETWEEN = re.compile(r"[\s_.,+-]+")
_YEAR = re.compile(r"(19|20)\d\d")
_SAME_AGAIN = re.compile(r"(.)\1{2,}")
_PERIOD = re.compile(r"(.+?)\1+(.*)", re.DOTALL)
# `1` is written for `i` as well as for `l`, hence two readings.
_READINGS = (
    str.maketrans("", ""),
    str.maketrans("0134578@$!", "oieastbasi"),
    str.maketrans("0134578@$!", "oleastbasi"),
)
_WALKS = tuple(walk for track in WALKS for walk in (track, track[::-1]))


def count_choices(password: str, personal: Collection[str] = ()) -> int:
    """How many choices make up the password, with `personal` words (lower case) as known ones.

    What people put between words is no choice of its own: `pass-word` is `password`.
    """
    words = {*COMMON_WORDS, *PRODUCT_WORDS, *personal}
    text = password.casefold()
    return min(_choices(text, words), _choices(_BETWEEN.sub("", text), words) + 1)


def _choices(text: str, words: Collection[str]) -> int:
    text = _one_period(text)
    longest = max(len(word) for word in words)
    readings = [text.translate(reading) for reading in _READINGS]
    place = choices = 0
    while place < len(text):
        place += _known_chars(text, readings, place, words, longest)
        choices += 1
    return choices


def _one_period(text: str) -> str:
    """`abcabcab` is `abc` to a guesser."""
    found = _PERIOD.fullmatch(text[:64])
    if found is None or len(text) > 64 or not found[1].startswith(found[2]):
        return text
    return found[1]


def _known_chars(
    text: str, readings: list[str], place: int, words: Collection[str], longest: int
) -> int:
    """Length of the longest known piece that begins here; 1 where none does."""
    lengths = [1, _walked_chars(text, place)]
    for pattern in (_YEAR, _SAME_AGAIN):
        found = pattern.match(text, place)
        lengths.append(found.end() - place if found else 1)
    for length in range(min(longest, len(text) - place), 1, -1):
        if any(reading[place : place + length] in words for reading in readings):
            lengths.append(length)
            break
    return max(lengths)


def _walked_chars(text: str, place: int) -> int:
    length = 1
    while place + length < len(text) and any(
        text[place : place + length + 1] in walk for walk in _WALKS
    ):
        length += 1
    return length if length >= _SHORTEST_WALK else 1
