"""Which seconds of a video were seen, and how often: sums over ranges; it knows no visit.

A video of 30.4 s has the 30 seconds [0,1) … [29,30). A range covers those between its rounded ends,
so that pieces which meet leave no gap and count nothing twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

# More than anybody watches a piece of a greeting; beyond it somebody plays with the figures.
MOST_REPLAYS = 10
# The player's fastest.
FASTEST = 2.0
# What may be told ahead of its time: clocks are not alike, and a range is rounded.
AHEAD_S = 2.0


@dataclass(frozen=True)
class Piece:
    """A range of the video, told `at_s` after the page was opened."""

    at_s: float
    from_s: float
    to_s: float


def length_s(duration_s: float) -> int:
    """How many seconds a video has; one at least."""
    return max(1, _round(duration_s))


class Watch:
    """How often each second was played so far. `seen` says how many were at all."""

    def __init__(self, seconds: int) -> None:
        self.counts = [0] * seconds
        self.seen = 0
        self._spent_s = 0.0

    def add(self, piece: Piece) -> None:
        """Counts a piece as far as there was time to watch it: by then the page has been open for
        as long as everything watched so far takes at the highest speed. No second counts more than
        MOST_REPLAYS times. Pieces come by their time."""
        length = len(self.counts)
        from_s = min(piece.from_s, float(length))
        left_s = (piece.at_s + AHEAD_S) * FASTEST - self._spent_s
        to_s = min(piece.to_s, float(length), from_s + max(0.0, left_s))
        self._spent_s += max(0.0, to_s - from_s)
        for second in range(_round(from_s), min(_round(to_s), length)):
            self.seen += self.counts[second] == 0
            self.counts[second] = min(MOST_REPLAYS, self.counts[second] + 1)


def runs(counts: Sequence[int]) -> list[tuple[int, int]]:
    """The longest pieces [from, to) in which every second was seen, in order."""
    found: list[tuple[int, int]] = []
    for second, count in enumerate(counts):
        if not count:
            continue
        if found and found[-1][1] == second:
            found[-1] = (found[-1][0], second + 1)
        else:
            found.append((second, second + 1))
    return found


def added(sums: Sequence[int], counts: Sequence[int], sign: int = 1) -> list[int]:
    """`sums` with `counts` added (or, with -1, taken away again), as long as the longer one."""
    size = max(len(sums), len(counts))
    return [_at(sums, place) + sign * _at(counts, place) for place in range(size)]


def _at(numbers: Sequence[int], place: int) -> int:
    return numbers[place] if place < len(numbers) else 0


def _round(number: float) -> int:
    # Python's own goes to the even neighbour.
    return floor(number + 0.5)
