"""How much one visitor may tell in a minute: counted in this process alone, without a look-up.

Thousands of events a second leave no time to ask a database. Several web processes allow as many
times this much, which changes nothing: what a visit can add up to is limited as well (watching.py).
"""

import time
from collections import Counter
from collections.abc import Callable, Hashable

WINDOW_S = 60
# Requests with events. A page sends one every ten seconds; an office has one address.
BY_VISIT = 60
BY_ADDRESS = 1_200
# Opened pages. An IPv6 address is its network here, so that one who has many gains nothing by them.
OPENS_BY_ADDRESS = 300
# Beyond it memory is worth more than exact counts: whoever comes later in such a minute is counted
# together with a few others, and nobody's count begins anew.
MOST_COUNTED = 200_000
SHARED = 65_536


class VisitRates:
    """Counts in windows of a minute; each begins with empty counts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._window = 0
        self._counts: Counter[Hashable] = Counter()

    def allows(self, at_most: int, who: Hashable) -> bool:
        """Counts one for `who`; whether that is still within the limit."""
        window = int(self._clock() / WINDOW_S)
        if window != self._window:
            self._window, self._counts = window, Counter()
        if len(self._counts) >= MOST_COUNTED and who not in self._counts:
            who = "shared", hash(who) % SHARED
        self._counts[who] += 1
        return self._counts[who] <= at_most
