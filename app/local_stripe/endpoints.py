"""What an address of the API is: its path, what it takes and what it does; and how lists answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.failures import no_such
from app.local_stripe.parameters import Fields, Reader, text, whole

Act = Callable[..., Thing]

LIST_FIELDS: dict[str, Reader] = {
    "limit": whole(1, 100),
    "starting_after": text(),
    "ending_before": text(),
}


@dataclass(frozen=True)
class Endpoint:
    """`act` takes the account, what was given, and the path's ids by their names."""

    method: str
    path: str
    act: Act
    fields: Fields = field(default_factory=dict)
    required: tuple[str, ...] = ()


def listed(things: Iterable[Thing], given: dict[str, Any], url: str) -> Thing:
    """One page of a list, the newest first."""
    ordered = sorted(things, key=lambda thing: (thing["created"], thing["id"]), reverse=True)
    ids = [thing["id"] for thing in ordered]
    limit = given.get("limit") or 10
    for name in ("starting_after", "ending_before"):
        if (named := given.get(name)) and named not in ids:
            raise no_such("object", named, name)
    if before := given.get("ending_before"):
        end = ids.index(before)
        start = max(0, end - limit)
        return _page(ordered[start:end], start > 0, url)
    start = ids.index(given["starting_after"]) + 1 if given.get("starting_after") else 0
    return _page(ordered[start : start + limit], start + limit < len(ordered), url)


def _page(things: list[Thing], has_more: bool, url: str) -> Thing:
    return {"object": "list", "data": things, "has_more": has_more, "url": url}


def retrieve(kind: str) -> Act:
    """What gives one object by its id."""
    return lambda account, _given, thing_id: account.get(kind, thing_id)


def expanded(account: Account, thing: Any, paths: Iterable[str]) -> Any:
    """The object with the things that `paths` name (`data.customer`) in place of their ids."""
    for path in paths:
        thing = _expand(account, thing, path.split("."))
    return thing


def _expand(account: Account, thing: Any, parts: list[str]) -> Any:
    if isinstance(thing, list):
        return [_expand(account, each, parts) for each in thing]
    if isinstance(thing, str):
        found = account.find(thing)
        thing = thing if found is None else found
    if not parts or not isinstance(thing, dict):
        return thing
    name, *rest = parts
    if name not in thing:
        return thing
    return thing | {name: _expand(account, thing[name], rest)}
