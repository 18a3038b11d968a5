"""Meters and their events: what was used, summed when an invoice asks for it."""

from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.endpoints import LIST_FIELDS, Endpoint, listed, retrieve
from app.local_stripe.failures import Refusal, invalid_parameter, missing_parameter, no_such
from app.local_stripe.parameters import group, one_of, text, whole
from app.local_stripe.periods import DAY_S

# docs.stripe.com/api/billing/meter-event/create
OLDEST_S, NEWEST_S = 35 * DAY_S, 300
UNIQUE_FOR_S = DAY_S


def create_meter(account: Account, given: dict[str, Any]) -> Thing:
    if account.all("billing.meter", event_name=given["event_name"], status="active"):
        raise invalid_parameter(
            "event_name", f"An active meter with event name {given['event_name']} exists already."
        )
    mapping = {"type": "by_id", "event_payload_key": "stripe_customer_id"}
    meter = account.add(
        "mtr",
        {
            "display_name": given["display_name"],
            "event_name": given["event_name"],
            "default_aggregation": given["default_aggregation"],
            "customer_mapping": given.get("customer_mapping") or mapping,
            "value_settings": given.get("value_settings") or {"event_payload_key": "value"},
            "status": "active",
            "status_transitions": {"deactivated_at": None},
            "updated": account.now(),
        },
    )
    account.emit("billing.meter.created", meter)
    return meter


def update_meter(account: Account, given: dict[str, Any], thing_id: str) -> Thing:
    meter = account.get("billing.meter", thing_id)
    account.change(meter, "billing.meter.updated", **given)
    return meter


def list_meters(account: Account, given: dict[str, Any]) -> Thing:
    equal = {"status": given["status"]} if "status" in given else {}
    return listed(account.all("billing.meter", **equal), given, "/v1/billing/meters")


def create_event(account: Account, given: dict[str, Any]) -> Thing:
    meter = _meter_of(account, given["event_name"])
    customer_key = meter["customer_mapping"]["event_payload_key"]
    value_key = meter["value_settings"]["event_payload_key"]
    for key in (customer_key, value_key):
        if not given["payload"].get(key):
            raise missing_parameter(f"payload[{key}]")
    value = given["payload"][value_key]
    # A negative one corrects what was told before; a period never comes to less than nothing.
    if not value.removeprefix("-").isdecimal():
        raise invalid_parameter(f"payload[{value_key}]", f"Invalid value: {value}")
    account.get("customer", given["payload"][customer_key], f"payload[{customer_key}]")
    moment = given.get("timestamp") or account.now()
    if not account.now() - OLDEST_S <= moment <= account.now() + NEWEST_S:
        raise Refusal(
            "The timestamp must be within the past 35 calendar days or up to 5 minutes in the "
            "future.",
            code="timestamp_too_far_in_past" if moment < account.now() else None,
            param="timestamp",
        )
    identifier = given.get("identifier") or f"meter_event_{account.next_number('meter_event')}"
    if _find(account, identifier) is not None:
        raise Refusal(
            f"An event already exists with identifier {identifier}.", code="duplicate_meter_event"
        )
    return account.add(
        "mev",
        {
            "event_name": given["event_name"],
            "identifier": identifier,
            "payload": given["payload"],
            "timestamp": moment,
        },
    )


def cancel_event(account: Account, given: dict[str, Any]) -> Thing:
    _meter_of(account, given["event_name"])
    event = _find(account, given["cancel"]["identifier"])
    if event is None:
        raise no_such("meter event", given["cancel"]["identifier"], "cancel[identifier]")
    del account.objects["billing.meter_event"][event["id"]]
    return {
        "object": "billing.meter_event_adjustment", "livemode": False, "type": "cancel",
        "event_name": given["event_name"], "cancel": given["cancel"], "status": "complete",
    }  # fmt: skip


def used(account: Account, meter_id: str, customer_id: str, start: int, end: int) -> int:
    """What the customer's events in [start, end) come to."""
    meter = account.get("billing.meter", meter_id)
    customer_key = meter["customer_mapping"]["event_payload_key"]
    value_key = meter["value_settings"]["event_payload_key"]
    values = [
        int(event["payload"][value_key])
        for event in account.all("billing.meter_event", event_name=meter["event_name"])
        if event["payload"][customer_key] == customer_id and start <= event["timestamp"] < end
    ]
    is_sum = meter["default_aggregation"]["formula"] == "sum"
    return max(0, sum(values)) if is_sum else len(values)


def list_summaries(account: Account, given: dict[str, Any], thing_id: str) -> Thing:
    start, end = given["start_time"], given["end_time"]
    summary = {
        "id": f"mtrusg_{thing_id}_{start}",
        "object": "billing.meter_event_summary",
        "created": end,
        "livemode": False,
        "meter": thing_id,
        "start_time": start,
        "end_time": end,
        "aggregated_value": used(account, thing_id, given["customer"], start, end),
    }
    return listed([summary], given, f"/v1/billing/meters/{thing_id}/event_summaries")


def _meter_of(account: Account, event_name: str) -> Thing:
    for meter in account.all("billing.meter", event_name=event_name, status="active"):
        return meter
    raise Refusal(
        f"No active meter found for event name {event_name}.",
        code="no_meter",
        param="event_name",
    )


def _find(account: Account, identifier: str) -> Thing | None:
    found = account.all("billing.meter_event", identifier=identifier)
    return next((e for e in found if e["created"] > account.now() - UNIQUE_FOR_S), None)


def _payload(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise invalid_parameter(name, "Invalid payload: values must be strings")
    return value


ENDPOINTS = [
    Endpoint(
        "POST",
        "/billing/meters",
        create_meter,
        {
            "display_name": text(250),
            "event_name": text(100),
            "default_aggregation": group({"formula": one_of("sum", "count")}, ["formula"]),
            "customer_mapping": group(
                {"type": one_of("by_id"), "event_payload_key": text(100)},
                ["type", "event_payload_key"],
            ),
            "value_settings": group({"event_payload_key": text(100)}, ["event_payload_key"]),
        },
        ("display_name", "event_name", "default_aggregation"),
    ),
    Endpoint(
        "GET",
        "/billing/meters",
        list_meters,
        LIST_FIELDS | {"status": one_of("active", "inactive")},
    ),
    Endpoint("GET", "/billing/meters/{thing_id}", retrieve("billing.meter")),
    Endpoint("POST", "/billing/meters/{thing_id}", update_meter, {"display_name": text(250)}),
    Endpoint(
        "GET",
        "/billing/meters/{thing_id}/event_summaries",
        list_summaries,
        LIST_FIELDS
        | {
            "customer": text(),
            "start_time": whole(),
            "end_time": whole(),
            "value_grouping_window": one_of("day", "hour"),
        },
        ("customer", "start_time", "end_time"),
    ),
    Endpoint(
        "POST",
        "/billing/meter_events",
        create_event,
        {
            "event_name": text(100),
            "payload": _payload,
            "identifier": text(100),
            "timestamp": whole(),
        },
        ("event_name", "payload"),
    ),
    Endpoint(
        "POST",
        "/billing/meter_event_adjustments",
        cancel_event,
        {
            "event_name": text(100),
            "type": one_of("cancel"),
            "cancel": group({"identifier": text(100)}, ["identifier"]),
        },
        ("event_name", "type", "cancel"),
    ),
]
