"""An account: every object in it by kind and id, its clock, and its events in order."""

import copy
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.local_stripe.failures import Refusal, no_such

Thing = dict[str, Any]
API_VERSION = "2026-10-28.endive"

# What ids begin with, and where such a thing is kept.
KINDS = {
    "cus": "customer",
    "prod": "product",
    "price": "price",
    "pm": "payment_method",
    "sub": "subscription",
    "sub_sched": "subscription_schedule",
    "si": "subscription_item",
    "in": "invoice",
    "ii": "invoiceitem",
    "evt": "event",
    "we": "webhook_endpoint",
    "cs": "checkout.session",
    "bps": "billing_portal.session",
    "bpc": "billing_portal.configuration",
    "mtr": "billing.meter",
    "mev": "billing.meter_event",
    "promo": "promotion_code",
    "coupon": "coupon",
    "di": "discount",
    "txi": "tax_id",
    "pi": "payment_intent",
    "inpay": "invoice_payment",
}


class Account:
    """All that one Stripe account holds. Times are whole seconds of its own clock."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self.base_url = ""
        self.objects: dict[str, dict[str, Thing]] = {kind: {} for kind in KINDS.values()}
        self.answered: dict[str, Thing] = {}  # by idempotency key
        self.numbers: dict[str, int] = {}
        self.offset_s = 0
        self._held_at: int | None = None
        # Whether a person is there to confirm to a bank; Stripe alone cannot.
        self.is_somebody_there = False
        # Called with each event when what it tells of is done.
        self.listeners: list[Callable[[Thing], None]] = []
        self._staged: list[Thing] = []
        if file is not None and file.exists():
            kept = json.loads(file.read_text("utf-8"))
            self.objects |= kept["objects"]
            self.answered, self.numbers = kept["answered"], kept["numbers"]
            self.offset_s = kept["offset_s"]

    def save(self) -> None:
        """What is in memory is in the file, if there is one, whole or as it was before."""
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        part = self.file.with_suffix(".part")
        kept = {
            "objects": self.objects,
            "answered": self.answered,
            "numbers": self.numbers,
            "offset_s": self.offset_s,
        }
        part.write_text(json.dumps(kept), "utf-8")
        os.replace(part, self.file)  # noqa: PTH105 - atomic

    def now(self) -> int:
        if self._held_at is not None:
            return self._held_at
        return int(time.time()) + self.offset_s

    @contextmanager
    def held_at(self, moment: int) -> Iterator[None]:
        """The clock stands at this moment while the block lasts."""
        before, self._held_at = self._held_at, moment
        try:
            yield
        finally:
            self._held_at = before

    @contextmanager
    def with_somebody(self) -> Iterator[None]:
        """A person looks at a page of this Stripe while the block lasts."""
        self.is_somebody_there = True
        try:
            yield
        finally:
            self.is_somebody_there = False

    def next_number(self, of: str) -> int:
        self.numbers[of] = self.numbers.get(of, 0) + 1
        return self.numbers[of]

    def add(self, prefix: str, values: Thing, *, thing_id: str | None = None) -> Thing:
        """A new object of this account, with what every object has."""
        kind = KINDS[prefix]
        infix = "test_" if prefix == "cs" else ""
        # Counted, so that ids sort as they were made; random, so that nobody guesses one.
        made_id = f"{prefix}_{infix}{self.next_number('id'):06x}{secrets.token_hex(8)}"
        thing = {
            "id": thing_id or made_id,
            "object": kind,
            "created": self.now(),
            "livemode": False,
            **values,
        }
        self.objects[kind][thing["id"]] = thing
        return thing

    def get(self, kind: str, thing_id: str, param: str = "id") -> Thing:
        """Raises Refusal for one that is not there."""
        thing = self.objects[kind].get(thing_id)
        if thing is None:
            raise no_such(kind.rpartition(".")[2].replace("_", " "), thing_id, param)
        return thing

    def find(self, thing_id: str) -> Thing | None:
        """Any object by its id alone."""
        parts = thing_id.split("_")
        kind = KINDS.get("_".join(parts[:-1])) or KINDS.get(parts[0])
        return self.objects[kind].get(thing_id) if kind else None

    def all(self, kind: str, **equal: Any) -> list[Thing]:
        """The objects of a kind that have these values, oldest first."""
        return [
            thing
            for thing in self.objects[kind].values()
            if all(thing.get(name) == value for name, value in equal.items())
        ]

    def change(self, thing: Thing, event: str | None, **values: Any) -> None:
        """The object has these values; an event tells what they were, if any is another."""
        before = {name: thing.get(name) for name, value in values.items() if thing[name] != value}
        thing.update(values)
        if event is not None and before:
            self.emit(event, thing, before)

    def emit(self, kind: str, thing: Thing, before: Thing | None = None) -> None:
        """An event with the object as it is now."""
        data: Thing = {"object": copy.deepcopy(thing)}
        if before is not None:
            data["previous_attributes"] = copy.deepcopy(before)
        event = self.add(
            "evt",
            {
                "type": kind,
                "api_version": API_VERSION,
                "data": data,
                "pending_webhooks": 0,
                "request": {"id": None, "idempotency_key": None},
            },
        )
        self._staged.append(event)

    def tell(self) -> None:
        """Whoever listens hears of the events since the last time."""
        staged, self._staged = self._staged, []
        for event in staged:
            for listener in self.listeners:
                listener(event)

    def forget(self) -> None:
        """The events since the last time have not happened."""
        for event in self._staged:
            del self.objects["event"][event["id"]]
        self._staged = []

    def copy(self) -> "Account":
        """Another account with the same things and no past, to see what would happen."""
        other = Account()
        other.base_url, other.offset_s = self.base_url, self.offset_s
        other.objects |= self.things()
        other.numbers = dict(self.numbers)
        other._held_at = self._held_at
        other.is_somebody_there = self.is_somebody_there
        return other

    def things(self) -> dict[str, dict[str, Thing]]:
        """A copy of everything but the events."""
        kept = {kind: things for kind, things in self.objects.items() if kind != "event"}
        copied: dict[str, dict[str, Thing]] = json.loads(json.dumps(kept))
        return copied

    @contextmanager
    def all_or_nothing(self) -> Iterator[None]:
        """What was done in the block is undone when it is refused, and nobody hears of it."""
        before = self.things()
        try:
            yield
        except Refusal as refusal:
            if not refusal.has_changed:
                self.objects |= before
                self.forget()
            raise
        finally:
            self.tell()
