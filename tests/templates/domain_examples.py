"""A team's own domains as their partial templates are rendered with in tests."""

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from uuid import UUID

from app.domain_settings import Address
from app.domains.cards import DomainCard, card_of
from app.domains.models import CustomDomain
from app.settings import load_settings

_AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
ADDRESSES: tuple[Address, ...] = (ip_address("203.0.113.7"), ip_address("2001:db8::7"))


def domain_card(
    state: str, token: str = "", place: str = "", *, host: str = "videos.acmecorp.com"
) -> DomainCard:
    """The card of a domain in this state, whose last look gave these answers."""
    answers = {token or place, place or token}
    outcome = "right" if answers == {"right"} else "wrong"
    seen = {
        "token": {"answer": token, "seen": ["TXT loomlite-other"] if token == "wrong" else []},
        "place": {"answer": place, "seen": ["A 198.51.100.4"] if place == "wrong" else []},
    }
    domain = CustomDomain(
        id=UUID(int=7),
        workspace_id=UUID(int=1),
        created_at=_AT,
        host=host,
        token="loomlite-token",
        state=state,
        found={"outcome": outcome, **seen} if token else {},
        problem="" if outcome == "right" or not token else f"{host} leads nowhere.",
        checked_at=_AT if token else None,
        check_due_at=_AT,
        told_at=_AT if state == "failing" else None,
    )
    settings = load_settings(
        {"APP_HOST": "loomlite.example.com", "DOMAIN_ADDRESSES": ",".join(map(str, ADDRESSES))}
    )
    return card_of(settings, domain, is_named=state == "verified")


def _with(card: DomainCard) -> dict[str, Any]:
    return {"card": card, "record": card.records[-1], "can_manage": True, "home": "acme.loomlite"}


DOMAIN_EXAMPLES: dict[str, dict[str, Any]] = {
    "domains/_record.html": _with(domain_card("pending", "missing", "wrong")),
    "domains/_domain_card.html": _with(domain_card("pending", "missing", "wrong")),
    "domains/_domain_card.html when just added": _with(domain_card("pending")),
    "domains/_domain_card.html when verified": _with(domain_card("verified", "right", "right")),
    "domains/_domain_card.html when doubted": _with(domain_card("verified", "missing", "right")),
    "domains/_domain_card.html when failing": _with(domain_card("failing", "missing", "missing")),
    "domains/_domain_card.html when withdrawn": _with(domain_card("withdrawn", "wrong", "right")),
    "domains/_domain_card.html for letters that are not ASCII": _with(
        domain_card("pending", host="videos.xn--mller-kva.de")
    ),
    "domains/_domain_card.html of a domain itself": _with(domain_card("pending", host="acme.com")),
}
