"""Where events are sent: endpoints with their secrets, and deliveries that are tried again."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

import httpx2

from app.local_stripe.account import API_VERSION, Account, Thing
from app.local_stripe.endpoints import LIST_FIELDS, Endpoint, listed
from app.local_stripe.parameters import flag, many, metadata, text, url

# Stripe tries for three days, ever more rarely; here nobody waits so long.
RETRY_AFTER_S = (1.0, 2.0, 5.0, 15.0, 60.0)
ANSWER_WITHIN_S = 10
AT_ONCE = 20


def create_endpoint(account: Account, given: dict[str, Any]) -> Thing:
    """The secret that signs is shown this once."""
    endpoint = account.add("we", {
        "api_version": API_VERSION,
        "description": None,
        "metadata": {},
        "secret": f"whsec_{secrets.token_urlsafe(24)}",
        "status": "enabled",
    } | given)  # fmt: skip
    return dict(endpoint)


def send_events_to(account: Account, address: str, secret: str) -> None:
    """Every event goes to this address, signed with a secret that its receiver knows already."""
    for endpoint in account.all("webhook_endpoint", url=address):
        del account.objects["webhook_endpoint"][endpoint["id"]]
    endpoint = create_endpoint(account, {"url": address, "enabled_events": ["*"]})
    account.get("webhook_endpoint", endpoint["id"])["secret"] = secret


def update_endpoint(account: Account, given: dict[str, Any], thing_id: str) -> Thing:
    endpoint = account.get("webhook_endpoint", thing_id)
    if "disabled" in given:
        endpoint["status"] = "disabled" if given.pop("disabled") else "enabled"
    endpoint |= given
    return _shown(endpoint)


def delete_endpoint(account: Account, _given: dict[str, Any], thing_id: str) -> Thing:
    account.get("webhook_endpoint", thing_id)
    del account.objects["webhook_endpoint"][thing_id]
    return {"id": thing_id, "object": "webhook_endpoint", "deleted": True}


def list_endpoints(account: Account, given: dict[str, Any]) -> Thing:
    found = [_shown(each) for each in account.all("webhook_endpoint")]
    return listed(found, given, "/v1/webhook_endpoints")


def _shown(endpoint: Thing) -> Thing:
    return {name: value for name, value in endpoint.items() if name != "secret"}


def list_events(account: Account, given: dict[str, Any]) -> Thing:
    kinds = given.get("types") or [given["type"]] if given.get("type") else given.get("types")
    found = [each for each in account.all("event") if not kinds or each["type"] in kinds]
    return listed(found, given, "/v1/events")


def signature(payload: str, secret: str, moment: int) -> str:
    """The Stripe-Signature header: docs.stripe.com/webhooks#verify-manually."""
    signed = f"{moment}.{payload}".encode()
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


class Deliveries:
    """Sends each event to the endpoints that want it; in no order, as Stripe does."""

    def __init__(self, account: Account, retry_after_s: tuple[float, ...] = RETRY_AFTER_S) -> None:
        self.account = account
        self.retry_after_s = retry_after_s
        # What became of each: the event's id, the address and the answers' statuses; 0 is none.
        self.log: list[Thing] = []
        self._client = httpx2.AsyncClient(timeout=ANSWER_WITHIN_S)
        self._tasks: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Semaphore(AT_ONCE)

    @property
    def pending(self) -> int:
        return len(self._tasks)

    def send(self, event: Thing) -> None:
        """Begins to; how it went is in the log."""
        for endpoint in self.account.all("webhook_endpoint", status="enabled"):
            wanted = endpoint["enabled_events"]
            if "*" in wanted or event["type"] in wanted:
                event["pending_webhooks"] += 1
                task = asyncio.create_task(self._deliver(event, endpoint))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _deliver(self, event: Thing, endpoint: Thing) -> None:
        delivery = {"event": event["id"], "url": endpoint["url"], "statuses": []}
        self.log.append(delivery)
        for wait_s in (*self.retry_after_s, None):
            async with self._turn:
                status = await self._post(event, endpoint)
            delivery["statuses"].append(status)
            if 200 <= status < 300:
                event["pending_webhooks"] -= 1
                return
            if wait_s is not None:
                await asyncio.sleep(wait_s)

    async def _post(self, event: Thing, endpoint: Thing) -> int:
        payload = json.dumps(event)
        headers = {
            "content-type": "application/json; charset=utf-8",
            # Signed by the clock of the receiver, which nobody has moved.
            "stripe-signature": signature(payload, endpoint["secret"], int(time.time())),
            "user-agent": "Stripe/1.0 (local)",
        }
        try:
            answer = await self._client.post(
                endpoint["url"], content=payload.encode(), headers=headers
            )
        except httpx2.HTTPError:
            return 0
        return int(answer.status_code)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()


_FIELDS = {
    "url": url,
    "enabled_events": many(text(), 200),
    "description": text(),
    "metadata": metadata,
}
ENDPOINTS = [
    Endpoint(
        "POST",
        "/webhook_endpoints",
        create_endpoint,
        _FIELDS | {"api_version": text()},
        ("url", "enabled_events"),
    ),
    Endpoint("GET", "/webhook_endpoints", list_endpoints, LIST_FIELDS),
    Endpoint(
        "GET",
        "/webhook_endpoints/{thing_id}",
        lambda account, _given, thing_id: _shown(account.get("webhook_endpoint", thing_id)),
    ),
    Endpoint(
        "POST", "/webhook_endpoints/{thing_id}", update_endpoint, _FIELDS | {"disabled": flag}
    ),
    Endpoint("DELETE", "/webhook_endpoints/{thing_id}", delete_endpoint),
    Endpoint("GET", "/events", list_events, LIST_FIELDS | {"type": text(), "types": many(text())}),
    Endpoint(
        "GET",
        "/events/{thing_id}",
        lambda account, _given, thing_id: account.get("event", thing_id),
    ),
]
