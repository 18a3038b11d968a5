"""What the events of one visit come to: a pure function of them, in whatever order they came."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.viewer.events import Event
from app.viewer.watching import Piece, Watch, length_s, runs

# A video that began by itself was played once somebody let it.
PLAYED_S = 3
HALF = 0.5
# Nobody picks a time and fills in a name sooner after the calendar came into sight.
BOOKED_AFTER_MS = 2_000
# What nobody but a hand does.
_ACTS = frozenset({"by_hand", "unmute", "action", "shown", "booking"})


@dataclass(frozen=True)
class Summary:
    """Times in ms since the page was opened; None for what has not happened."""

    is_seen: bool = False
    has_acted: bool = False
    last_ms: int = 0
    played_ms: int | None = None
    unmuted_ms: int | None = None
    half_ms: int | None = None
    ended_ms: int | None = None
    clicked_ms: int | None = None
    booked_ms: int | None = None
    position_s: int = 0
    watched_s: int = 0
    seconds: list[int] = field(default_factory=list)

    @property
    def watched(self) -> list[tuple[int, int]]:
        return runs(self.seconds)

    @property
    def played_s(self) -> int:
        return sum(self.seconds)


def summarize(events: Iterable[Event], duration_s: float, *, is_private: bool = False) -> Summary:
    """The visit so far, of a video of this length.

    Played: started by hand, with sound, or for PLAYED_S. Half: so much of the video was seen, in
    whatever pieces. Ended: the video came to its end, and half of it at least was seen; who jumps
    to the end has not watched it. Booked: the calendar was opened some time before.
    """
    ordered = _without_bare_bookings(sorted(set(events)), "view" if is_private else "shown")
    watch = Watch(length_s(duration_s))
    played_at_s = min(PLAYED_S, len(watch.counts))
    half_at_s = max(1, round(HALF * len(watch.counts)))
    first: dict[str, int] = {}
    for each in ordered:
        if each.kind == "range":
            watch.add(Piece(each.at_ms / 1000, each.from_s or 0.0, each.to_s or 0.0))
            if watch.seen >= played_at_s:
                first.setdefault("watched", each.at_ms)
            if watch.seen >= half_at_s:
                first.setdefault("half", each.at_ms)
        first.setdefault("by_hand" if is_by_hand(each) else each.kind, each.at_ms)
    return _summary(ordered, watch, first)


def _without_bare_bookings(ordered: list[Event], shown: str) -> list[Event]:
    """All but bookings that nothing led to; they say nothing of the visit, either. `shown`: what
    comes before one. Of who asks not to be tracked it is not kept that the calendar was opened."""
    shown_ms = next((each.at_ms for each in ordered if each.kind == shown), None)
    return [
        each
        for each in ordered
        if each.kind != "booking"
        or (shown_ms is not None and each.at_ms >= shown_ms + BOOKED_AFTER_MS)
    ]


def is_by_hand(event: Event) -> bool:
    return event.kind == "play" and event.detail == 1


def _summary(ordered: list[Event], watch: Watch, first: dict[str, int]) -> Summary:
    half_ms, ended_ms = first.get("half"), first.get("end")
    return Summary(
        is_seen=bool(ordered),
        has_acted=not _ACTS.isdisjoint(first),
        last_ms=ordered[-1].at_ms if ordered else 0,
        played_ms=_least(first, "by_hand", "unmute", "watched"),
        unmuted_ms=first.get("unmute"),
        half_ms=half_ms,
        ended_ms=None if ended_ms is None or half_ms is None else max(ended_ms, half_ms),
        clicked_ms=_least(first, "action", "shown"),
        booked_ms=first.get("booking"),
        position_s=_position(ordered, len(watch.counts)),
        watched_s=watch.seen,
        seconds=watch.counts,
    )


def _least(first: dict[str, int], *kinds: str) -> int | None:
    return min((first[kind] for kind in kinds if kind in first), default=None)


def _position(ordered: list[Event], length: int) -> int:
    """Where the visitor was last, as far as the video goes."""
    for each in reversed(ordered):
        place = {"range": each.to_s, "pause": each.from_s, "end": float(length)}.get(each.kind)
        if place is not None:
            return min(length, int(place))
    return 0
