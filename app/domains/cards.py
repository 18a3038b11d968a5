"""A domain as its page shows it: each record with what is wanted and what was found, in words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db.base import now
from app.domains.models import CustomDomain
from app.domains.names import DomainName, name_of
from app.domains.records import Answer, Found, Wanted, found_in, wanted_for
from app.domains.states import SERVED, withdrawn_at
from app.settings import Settings

# Kind of badge and words, by what a look gave.
ANSWERS: dict[Answer | None, tuple[str, str]] = {
    None: ("neutral", "Not looked at yet"),
    "right": ("good", "Found"),
    "missing": ("warn", "Not found"),
    "wrong": ("warn", "Something else is there"),
    "unanswered": ("neutral", "No answer"),
}
STATES = {
    "pending": ("info", "Waiting for the records", "hourglass"),
    "verified": ("good", "Shows your landing pages", "circle-check"),
    "doubted": ("warn", "Records not found", "triangle-alert"),
    "failing": ("bad", "Records are gone", "triangle-alert"),
    "ending": ("warn", "Ends with your plan", "hourglass"),
    "ended": ("bad", "Not in your plan", "circle-x"),
    "withdrawn": ("bad", "Not shown any more", "circle-x"),
}


@dataclass(frozen=True)
class RecordCard:
    """One record to be made. `short_name` is the name for who manages `of`: `@` for `of` itself."""

    kind: str
    name: str
    short_name: str
    of: str
    values: tuple[str, ...]
    badge: tuple[str, str]
    seen: tuple[str, ...]


@dataclass(frozen=True)
class DomainCard:
    """`shown` is for people; `host` differs where it has letters that are not ASCII."""

    id: UUID
    host: str
    shown: str
    badge: tuple[str, str, str]
    state: str
    records: tuple[RecordCard, ...]
    instead: tuple[RecordCard, ...]
    problem: str
    is_named: bool
    is_being_checked: bool
    checked_at: datetime | None
    next_at: datetime
    ends_at: datetime | None
    plan_ends_at: datetime | None

    @property
    def short_names(self) -> list[str]:
        """The records' names, each once, where providers add the domain to them."""
        return list(dict.fromkeys(each.short_name for each in self.records))

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to do."""
        return self.state == "verified"


def cards_of(settings: Settings, domains: list[CustomDomain]) -> list[DomainCard]:
    """As listed; links name the first one that is served."""
    named = next((each.id for each in domains if each.state in SERVED), None)
    return [card_of(settings, each, is_named=each.id == named) for each in domains]


def card_of(settings: Settings, domain: CustomDomain, *, is_named: bool) -> DomainCard:
    name, wanted = name_of(domain.host), wanted_for(settings, domain.host, domain.token)
    state = _shown_state(domain)
    token = _record(
        name, "TXT", wanted.token_name, (wanted.token,), found_in(domain.found, "token")
    )
    aliases, addresses = _places(name, wanted, found_in(domain.found, "place"))
    # Where both will do, the alias goes along when the service moves.
    places, instead = (addresses, ()) if name.is_apex else (aliases, addresses)
    ends_at = None
    if domain.state == "failing":
        ends_at = withdrawn_at(domain.told_at or now(), settings.domain_withdraw_days)
    return DomainCard(
        id=domain.id,
        host=domain.host,
        shown=name.shown,
        badge=STATES[state],
        state=state,
        records=(token, *places),
        instead=instead,
        # Of what is merely not there yet the records themselves tell.
        problem=domain.problem if _is_worth_saying(domain) else "",
        is_named=is_named,
        is_being_checked=domain.check_due_at <= now() or domain.is_looked_at(now()),
        checked_at=domain.checked_at,
        next_at=domain.check_due_at,
        ends_at=ends_at,
        plan_ends_at=domain.plan_ends_at,
    )


def _shown_state(domain: CustomDomain) -> str:
    """As kept, or why it is so, or what comes."""
    if domain.state == "verified" and domain.found.get("outcome") == "wrong":
        return "doubted"
    if domain.plan_ends_at is not None and domain.state != "failing":
        return "ending" if domain.state == "verified" else "ended"
    return domain.state


def _is_worth_saying(domain: CustomDomain) -> bool:
    """Whether the last look gave what was not to be expected: right records and no right to them,
    or anything but those of a domain that is served."""
    return domain.state in SERVED or domain.found.get("outcome") == "right"


def _places(
    name: DomainName, wanted: Wanted, found: Found | None
) -> tuple[tuple[RecordCard, ...], tuple[RecordCard, ...]]:
    """The alias, and the addresses that will do instead of it where the operator names them."""
    by_kind = {
        kind: tuple(str(each) for each in wanted.addresses if each.version == version)
        for kind, version in (("A", 4), ("AAAA", 6))
    }
    addresses = tuple(
        _record(name, kind, wanted.host, values, found)
        for kind, values in by_kind.items()
        if values
    )
    return (_record(name, "CNAME", wanted.host, (wanted.target,), found),), addresses


def _record(
    name: DomainName, kind: str, at: str, values: tuple[str, ...], found: Found | None
) -> RecordCard:
    short = at.removesuffix(name.registered).rstrip(".") if name.registered else at
    is_right = found is not None and found.answer == "right"
    return RecordCard(
        kind=kind,
        name=at,
        short_name=short or "@",
        of=name.registered_shown,
        values=values,
        badge=ANSWERS[found.answer if found else None],
        seen=() if found is None or is_right else found.seen,
    )
