"""What a landing page tells about its visit: the wire format; it stores nothing.

`POST /v/{public_id}/events`, a body of at most MOST_BYTES as `text/plain` (as `fetch` and
`navigator.sendBeacon` send a text), answered 204:

    {"token": "<Landing.token>", "events": [[number, kind, at_ms, …], …]}

* `token`: as the page got it, one per load of the page. It holds who, which video and how long it
  is; nothing else in the request says so. It works for LIFE_S (page_tokens.py).
* `number`: 0, 1, 2 …, one for each event of this load of the page, never used twice for different
  things. What is sent again because it may not have arrived counts once; numbers from MOST_EVENTS
  on are dropped.
* `at_ms`: whole milliseconds since the page was opened, by the page's own clock
  (`performance.now()`); never a time of day.
* seconds of the video (`from_s`, `to_s`, `at_s`) are numbers with or without a fraction.

* `[n, "view", at_ms]`: once, when the page has been visible for a second.
* `[n, "play", at_ms, by_hand]`: the video begins to play; `by_hand` is 1 if somebody started it, 0
  if it started by itself, muted.
* `[n, "unmute", at_ms]`: once, when the sound is on and the greeting starts again.
* `[n, "range", at_ms, from_s, to_s]`: that piece of the video was played without a jump, just now.
  Sent at a pause, a jump, the end, and every ten seconds of playing. What is watched again is a
  range again.
* `[n, "pause", at_ms, at_s]`: the video was stopped there (not at its end).
* `[n, "end", at_ms]`: the video came to its end.
* `[n, "action", at_ms, index]`: a call to action was clicked; its place in `Landing.actions`.
* `[n, "shown", at_ms]`: the booking was opened: the calendar on the page, or the link to it.
* `[n, "booking", at_ms]`: a meeting was booked (Calendly's `calendly.event_scheduled`). It counts
  if the same visit told of `shown` two seconds before or earlier; of a private visit, which tells
  less, of `view`.

Collect events and send them together: at the first `view`, every ten to fifteen seconds while there
are some, at once for `booking`, and at `visibilitychange` to hidden and `pagehide`. At most
MOST_AT_ONCE events in one request. No cookie and no storage is needed for any of it.

While the page is there it sends by `fetch` with `keepalive` and keeps a batch until it is
answered: 2xx and 4xx are the end of it; after a 5xx or without an answer it goes again under the
same numbers, later each time, and is let go after eight tries (static/js/viewer/beacon.js). A page
that is hidden or left sends what waits by `sendBeacon`, once: nobody hears the answer, and what is
answered 503 then is lost.

With `navigator.globalPrivacyControl`, or `navigator.doNotTrack` "1", send only `view` and
`booking`; the server keeps nothing else of such a visit, whatever is sent.

Answers: 204 taken (also when nothing of it was new), 400 unreadable, 403 not our token or too old,
413 too large, 429 too many (all four: never to be sent again), 503 not now, send it again later.
None has a body.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

MOST_BYTES = 16 * 1024
MOST_EVENTS = 500
MOST_AT_ONCE = 100
# Longer than a page's token lives: a number that a browser's clock cannot reach.
MOST_MS = 48 * 3600 * 1000
MOST_S = 24 * 3600.0
MOST_INDEX = 99
MOST_NUMBER = 32_767
# What is kept of a visitor who asked not to be tracked.
PRIVATE_KINDS = frozenset({"view", "booking"})

Row = tuple[int, str, int, float | None, float | None, int | None]


@dataclass(frozen=True, order=True)
class Event:
    """One thing that happened. `from_s` is a pause's moment, too; `detail` is an action's place,
    or 1 for a video that was started by hand."""

    at_ms: int
    number: int
    kind: str
    from_s: float | None = None
    to_s: float | None = None
    detail: int | None = None

    def row(self) -> Row:
        return self.number, self.kind, self.at_ms, self.from_s, self.to_s, self.detail


class Unreadable(ValueError):
    """The body is not what the page of this version sends."""


def read_events(body: bytes) -> tuple[str, list[Event]]:
    """The token as text, and the events in the order given. Raises Unreadable for any that is
    malformed: our own page sends none, so the whole of it is worth nothing."""
    try:
        told = json.loads(body)
        token, events = told["token"], told["events"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Unreadable from None
    if not isinstance(token, str) or not isinstance(events, list) or len(events) > MOST_AT_ONCE:
        raise Unreadable
    return token, [_event(each) for each in events]


def possible(events: list[Event], open_ms: int, *, is_private: bool) -> list[Event]:
    """Those that are kept of this visitor, each at a time that can have been by now on a page that
    has been open for `open_ms`: a browser counts from when it asked for the page, or as it likes.
    """
    return [
        each if each.at_ms <= open_ms else replace(each, at_ms=max(0, open_ms))
        for each in events
        if each.number < MOST_EVENTS and (not is_private or each.kind in PRIVATE_KINDS)
    ]


def _event(told: Any) -> Event:
    if not isinstance(told, list) or len(told) < 3:
        raise Unreadable
    number, kind, at_ms, *rest = told
    read = _KINDS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise Unreadable
    given = read(rest)
    return Event(_whole(at_ms, MOST_MS), _whole(number, MOST_NUMBER), kind, *given)


def _whole(value: Any, at_most: int) -> int:
    # True is an int to Python; browsers may write 12.0.
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int or not 0 <= value <= at_most:
        raise Unreadable
    return value


def _second(value: Any) -> float:
    # NaN is not between anything.
    if type(value) not in {int, float} or not 0 <= value <= MOST_S:
        raise Unreadable
    return round(float(value), 3)


Given = tuple[float | None, float | None, int | None]


def _nothing(rest: list[Any]) -> Given:
    if rest:
        raise Unreadable
    return None, None, None


def _range(rest: list[Any]) -> Given:
    from_s, to_s = (_second(each) for each in _exactly(2, rest))
    if from_s > to_s:
        raise Unreadable
    return from_s, to_s, None


def _moment(rest: list[Any]) -> Given:
    return _second(_exactly(1, rest)[0]), None, None


def _number(at_most: int) -> Callable[[list[Any]], Given]:
    def read(rest: list[Any]) -> Given:
        return None, None, _whole(_exactly(1, rest)[0], at_most)

    return read


def _exactly(count: int, rest: list[Any]) -> list[Any]:
    if len(rest) != count:
        raise Unreadable
    return rest


_KINDS: dict[str, Callable[[list[Any]], Given]] = {
    "view": _nothing,
    "play": _number(1),
    "unmute": _nothing,
    "range": _range,
    "pause": _moment,
    "end": _nothing,
    "action": _number(MOST_INDEX),
    "shown": _nothing,
    "booking": _nothing,
}
