"""News about leads in words, for notices and letters: one lead by name, several by their number."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.phrases import plural

# In the order in which they happen; the words of one lead, and of several.
_DID = {
    "first_view": ("opened the page", "opened their pages"),
    "ended": ("watched the video to the end", "watched to the end"),
    "booked": ("booked a meeting", "booked a meeting"),
}
NAMED_AT_MOST = 3


@dataclass(frozen=True)
class Piece:
    """One piece of news. `render_id` is the video that the lead's link shows, if there is one."""

    campaign_id: UUID
    campaign: str
    public_id: str
    who: str
    render_id: UUID | None
    kind: str


@dataclass(frozen=True)
class LeadNews:
    """All that one lead did."""

    campaign: str
    who: str
    path: str
    kinds: tuple[str, ...]

    @property
    def did(self) -> str:
        """`opened the page and booked a meeting`; who watched all has opened it."""
        told = [kind for kind in _DID if kind in self.kinds]
        if len(told) > 1 and told[0] == "first_view":
            told = told[1:]
        return " and ".join(_DID[kind][0] for kind in told)


def by_lead(pieces: Iterable[Piece]) -> list[LeadNews]:
    """What each lead did; those who booked first, then those who watched all."""
    leads: dict[str, list[Piece]] = defaultdict(list)
    for each in pieces:
        leads[each.public_id].append(each)
    told = [
        LeadNews(own[0].campaign, own[0].who, path_of(own[0]), tuple({e.kind: 0 for e in own}))
        for own in leads.values()
    ]
    ranks = {kind: rank for rank, kind in enumerate(_DID)}
    return sorted(told, key=lambda lead: -max(ranks[kind] for kind in lead.kinds))


def path_of(piece: Piece) -> str:
    campaign = f"/campaigns/{piece.campaign_id}"
    return f"{campaign}/videos/{piece.render_id}" if piece.render_id else f"{campaign}/analytics"


def headline(leads: Sequence[LeadNews]) -> str:
    """One line: `Ada Lindgren booked a meeting`; `5 leads opened their pages, 2 watched to the
    end`."""
    if len(leads) == 1:
        return f"{leads[0].who} {leads[0].did}"
    counts = {kind: sum(kind in each.kinds for each in leads) for kind in _DID}
    told = [(kind, count) for kind, count in counts.items() if count]
    said = [f"{count:,} {_DID[kind][1]}" for kind, count in told]
    kind, count = told[0]
    said[0] = f"{plural(count, 'lead', 'leads')} {_DID[kind][0 if count == 1 else 1]}"
    return ", ".join(said)


def names(leads: Sequence[LeadNews]) -> str:
    """`Ada, Ben and 4 more`."""
    named = [each.who for each in leads[:NAMED_AT_MOST]]
    if more := len(leads) - len(named):
        named.append(f"{more:,} more")
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)
