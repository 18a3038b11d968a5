"""The records that lead a host here, and what was found instead of them; it asks no DNS server."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.domain_settings import Address
from app.domains.names import TOKEN_LABEL
from app.settings import Settings

# `wrong` is there and something else; of `unanswered` nothing is known.
Answer = Literal["right", "missing", "wrong", "unanswered"]
TOKEN_PREFIX = "loomlite-"  # noqa: S105 - so that its owner knows later what it is for


@dataclass(frozen=True)
class Wanted:
    """What DNS has to say of a host: the token of its workspace, and where it leads."""

    host: str
    token: str
    target: str
    addresses: tuple[Address, ...]

    @property
    def token_name(self) -> str:
        return f"{TOKEN_LABEL}.{self.host}"


@dataclass(frozen=True)
class Found:
    """What one look at a record gave; `seen` holds some of what is there, as `CNAME other.host`."""

    answer: Answer
    seen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Findings:
    """One look at a host's records."""

    token: Found
    place: Found

    @property
    def outcome(self) -> Literal["right", "wrong", "unanswered"]:
        """Both must be right. Without an answer nothing is concluded, whatever the other says."""
        answers = {self.token.answer, self.place.answer}
        if answers == {"right"}:
            return "right"
        return "unanswered" if "unanswered" in answers else "wrong"

    def as_json(self) -> dict[str, Any]:
        return {"outcome": self.outcome, **asdict(self)}

    def problem(self, wanted: Wanted) -> str:
        """Why this is not enough, in one or two sentences; "" when it is."""
        sentences = (_of_token(self.token, wanted), _of_place(self.place, wanted))
        return " ".join(filter(None, sentences))


def found_in(kept: dict[str, Any], name: Literal["token", "place"]) -> Found | None:
    """One look, from the JSON of the last; None before the first."""
    each = kept.get(name)
    return Found(each["answer"], tuple(each["seen"])) if each else None


def wanted_for(settings: Settings, host: str, token: str) -> Wanted:
    target = settings.domain_target or settings.host_name
    return Wanted(host, token, target, settings.domain_addresses)


def own_hosts(settings: Settings) -> set[str]:
    """What is no team's to take."""
    return {settings.host_name, settings.domain_target or settings.host_name}


def _of_token(found: Found, wanted: Wanted) -> str:
    match found.answer:
        case "missing":
            return f"There is no TXT record at {wanted.token_name}."
        case "wrong":
            return f"The TXT record at {wanted.token_name} has another value."
        case "unanswered":
            return f"The DNS servers of {wanted.host} did not answer."
    return ""


def _of_place(found: Found, wanted: Wanted) -> str:
    match found.answer:
        case "missing":
            return f"{wanted.host} leads nowhere."
        case "wrong":
            seen = found.seen[0].partition(" ")[2]
            return f"{wanted.host} leads to {seen} instead of here."
        case "unanswered":
            return f"Where {wanted.host} leads could not be looked up."
    return ""
