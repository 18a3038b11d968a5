"""Products and prices. A price's amount never changes; its lookup key may move to another."""

from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.endpoints import LIST_FIELDS, Endpoint, listed, retrieve
from app.local_stripe.failures import Refusal, invalid_parameter, missing_parameter
from app.local_stripe.parameters import (
    flag,
    group,
    many,
    merged,
    metadata,
    number,
    one_of,
    text,
    whole,
)

PRODUCT_FIELDS = {
    "name": text(),
    "active": flag,
    "description": text(),
    "metadata": metadata,
    "statement_descriptor": text(22),
    "unit_label": text(12),
    "url": text(),
    "marketing_features": many(group({"name": text(80)}, ["name"]), 15),
    "tax_code": text(),
}


def create_product(account: Account, given: dict[str, Any]) -> Thing:
    if given.get("id") in account.objects["product"]:
        raise Refusal(
            f"Product already exists: {given['id']}.", code="resource_already_exists", param="id"
        )
    values = dict.fromkeys(PRODUCT_FIELDS) | {
        "active": True,
        "metadata": {},
        "default_price": None,
        "marketing_features": [],
        "type": "service",
        "updated": account.now(),
    }
    thing_id = given.pop("id", None)
    product = account.add("prod", values | given, thing_id=thing_id)
    account.emit("product.created", product)
    return product


def update_product(account: Account, given: dict[str, Any], thing_id: str) -> Thing:
    product = account.get("product", thing_id)
    if "metadata" in given:
        given["metadata"] = merged(product["metadata"], given["metadata"])
    account.change(product, "product.updated", **given)
    return product


def list_products(account: Account, given: dict[str, Any]) -> Thing:
    found = account.all("product", **({"active": given["active"]} if "active" in given else {}))
    if given.get("ids"):
        found = [product for product in found if product["id"] in given["ids"]]
    return listed(found, given, "/v1/products")


def create_price(account: Account, given: dict[str, Any]) -> Thing:
    account.get("product", given["product"], "product")
    amount, decimal = given.get("unit_amount"), given.get("unit_amount_decimal")
    if (amount is None) == (decimal is None):
        raise (
            missing_parameter("unit_amount")
            if amount is None
            else invalid_parameter(
                "unit_amount_decimal",
                "You may only specify one of unit_amount, unit_amount_decimal.",
            )
        )
    recurring = _recurring(account, given.get("recurring"))
    _take_key(account, given.get("lookup_key"), transfer=given.get("transfer_lookup_key", False))
    price = account.add(
        "price",
        {
            "product": given["product"],
            "currency": given["currency"],
            "unit_amount": amount,
            "unit_amount_decimal": str(amount) if decimal is None else f"{decimal:g}",
            "active": given.get("active", True),
            "lookup_key": given.get("lookup_key"),
            "nickname": given.get("nickname"),
            "metadata": given.get("metadata", {}),
            "billing_scheme": "per_unit",
            "type": "recurring" if recurring else "one_time",
            "recurring": recurring,
            "tax_behavior": given.get("tax_behavior", "unspecified"),
            "tiers_mode": None,
            "transform_quantity": None,
        },
    )
    account.emit("price.created", price)
    return price


def _recurring(account: Account, given: dict[str, Any] | None) -> Thing | None:
    if not given:
        return None
    usage = given.get("usage_type", "licensed")
    if usage == "metered":
        if not given.get("meter"):
            raise missing_parameter("recurring[meter]")
        account.get("billing.meter", given["meter"], "recurring[meter]")
    return {
        "interval": given["interval"],
        "interval_count": given.get("interval_count", 1),
        "usage_type": usage,
        "meter": given.get("meter"),
        "trial_period_days": None,
    }


def _take_key(account: Account, key: str | None, *, transfer: bool) -> None:
    for holder in account.all("price", lookup_key=key) if key else ():
        if not transfer:
            raise Refusal(
                f"A price (`{holder['id']}`) already uses that lookup key.", param="lookup_key"
            )
        account.change(holder, "price.updated", lookup_key=None)
        _show_in_items(account, holder)


def _show_in_items(account: Account, price: Thing) -> None:
    """Subscriptions hold their prices as they are now."""
    for subscription in account.all("subscription"):
        for item in subscription["items"]["data"]:
            if item["price"]["id"] == price["id"]:
                item["price"] = dict(price)


def update_price(account: Account, given: dict[str, Any], thing_id: str) -> Thing:
    price = account.get("price", thing_id)
    transfer = given.pop("transfer_lookup_key", False)
    if given.get("lookup_key") and given["lookup_key"] != price["lookup_key"]:
        _take_key(account, given["lookup_key"], transfer=transfer)
    if "metadata" in given:
        given["metadata"] = merged(price["metadata"], given["metadata"])
    account.change(price, "price.updated", **given)
    _show_in_items(account, price)
    return price


def list_prices(account: Account, given: dict[str, Any]) -> Thing:
    equal = {name: given[name] for name in ("active", "product", "currency") if name in given}
    found = account.all("price", **equal)
    if given.get("lookup_keys"):
        found = [price for price in found if price["lookup_key"] in given["lookup_keys"]]
    if "type" in given:
        found = [price for price in found if price["type"] == given["type"]]
    return listed(found, given, "/v1/prices")


_PRICE = {
    "active": flag,
    "lookup_key": text(200),
    "metadata": metadata,
    "nickname": text(),
    "tax_behavior": one_of("inclusive", "exclusive", "unspecified"),
    "transfer_lookup_key": flag,
}
ENDPOINTS = [
    Endpoint("POST", "/products", create_product, PRODUCT_FIELDS | {"id": text()}, ("name",)),
    Endpoint(
        "GET", "/products", list_products, LIST_FIELDS | {"active": flag, "ids": many(text())}
    ),
    Endpoint("GET", "/products/{thing_id}", retrieve("product")),
    Endpoint(
        "POST", "/products/{thing_id}", update_product, PRODUCT_FIELDS | {"default_price": text()}
    ),
    Endpoint(
        "POST",
        "/prices",
        create_price,
        _PRICE
        | {
            "currency": one_of("usd", "eur", "gbp"),
            "product": text(),
            "unit_amount": whole(0, 99_999_999),
            "unit_amount_decimal": number,
            "recurring": group(
                {
                    "interval": one_of("day", "week", "month", "year"),
                    "interval_count": whole(1, 36),
                    "usage_type": one_of("licensed", "metered"),
                    "meter": text(),
                },
                ["interval"],
            ),
        },
        ("currency", "product"),
    ),
    Endpoint(
        "GET",
        "/prices",
        list_prices,
        LIST_FIELDS
        | {
            "active": flag,
            "product": text(),
            "currency": text(3),
            "lookup_keys": many(text(), 10),
            "type": one_of("recurring", "one_time"),
        },
    ),
    Endpoint("GET", "/prices/{thing_id}", retrieve("price")),
    Endpoint("POST", "/prices/{thing_id}", update_price, _PRICE),
]
