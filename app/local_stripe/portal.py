"""The billing portal: a page for one customer, on which plan, card and end are changed."""

from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.changes import update_subscription
from app.local_stripe.customers import add_card, add_tax_id, live_customer, update_customer
from app.local_stripe.endpoints import LIST_FIELDS, Endpoint, listed, retrieve
from app.local_stripe.failures import Refusal
from app.local_stripe.invoices import pay_invoice
from app.local_stripe.lines import is_metered
from app.local_stripe.parameters import flag, group, many, metadata, one_of, text, url
from app.local_stripe.subscriptions import ENDED


def create_session(account: Account, given: dict[str, Any]) -> Thing:
    customer = live_customer(account, given["customer"])
    if given.get("configuration"):
        account.get("billing_portal.configuration", given["configuration"], "configuration")
    session = account.add("bps", {
        "customer": customer["id"],
        "configuration": given.get("configuration"),
        "return_url": given.get("return_url"),
        "flow": given.get("flow_data"),
        "locale": given.get("locale"),
        "on_behalf_of": None,
    })  # fmt: skip
    session["url"] = f"{account.base_url}/portal/{session['id']}"
    return session


def create_configuration(account: Account, given: dict[str, Any]) -> Thing:
    return account.add("bpc", {"active": True, "is_default": False, "metadata": {}} | given)


def update_configuration(account: Account, given: dict[str, Any], thing_id: str) -> Thing:
    configuration = account.get("billing_portal.configuration", thing_id)
    account.change(configuration, "billing_portal.configuration.updated", **given)
    return configuration


def list_configurations(account: Account, given: dict[str, Any]) -> Thing:
    equal = {"active": given["active"]} if "active" in given else {}
    found = account.all("billing_portal.configuration", **equal)
    return listed(found, given, "/v1/billing_portal/configurations")


def live_subscription(account: Account, session: Thing) -> Thing | None:
    """The customer's newest subscription that has not ended."""
    found = account.all("subscription", customer=session["customer"])
    return next((each for each in reversed(found) if each["status"] not in ENDED), None)


def offered_prices(account: Account, session: Thing) -> list[Thing]:
    """What the customer may change to: the configuration's prices, else all that are sold."""
    prices = [
        price
        for price in account.all("price", active=True, type="recurring")
        if price["recurring"]["usage_type"] == "licensed"
    ]
    if session["configuration"]:
        configuration = account.get("billing_portal.configuration", session["configuration"])
        change = configuration["features"].get("subscription_update") or {}
        ids = {each for product in change.get("products", []) for each in product["prices"]}
        prices = [price for price in prices if price["id"] in ids]
    return sorted(prices, key=lambda price: (price["recurring"]["interval"], price["unit_amount"]))


def act(account: Account, session: Thing, form: dict[str, str]) -> str:
    """Does what a button of the page says; gives the sentence for it. Raises Refusal."""
    customer = live_customer(account, session["customer"])
    subscription = live_subscription(account, session)
    match form.get("act"):
        case "card":
            card = add_card(account, customer, form.get("card", ""))["id"]
            settings = {"invoice_settings": {"default_payment_method": card}}
            update_customer(account, settings, customer["id"])
            if subscription:
                update_subscription(account, {"default_payment_method": card}, subscription["id"])
            return "The card is kept."
        case "tax_id":
            add_tax_id(account, {"type": form["type"], "value": form["value"]}, customer["id"])
            return "The tax id is kept."
        case "pay":
            pay_invoice(account, {}, form["invoice"])
            return "The invoice is paid."
    if subscription is None:
        raise Refusal("There is no subscription.")
    match form.get("act"):
        case "plan":
            change = plan_change(subscription, form["price"])
            update_subscription(account, change, subscription["id"])
            return "The plan is changed."
        case "cancel":
            update_subscription(account, {"cancel_at_period_end": True}, subscription["id"])
            return "It ends with this period."
        case "keep":
            update_subscription(account, {"cancel_at_period_end": False}, subscription["id"])
            return "It goes on."
    raise Refusal("This button is not known.")


def plan_change(subscription: Thing, price_id: str) -> dict[str, Any]:
    """What the API is told for another price in place of the plan's."""
    item = next(each for each in subscription["items"]["data"] if not is_metered(each))
    return {
        "items": [{"id": item["id"], "price": price_id}],
        "proration_behavior": "always_invoice",
        "payment_behavior": "error_if_incomplete",
    }


_FEATURES = group({
    "customer_update": group({
        "enabled": flag, "allowed_updates": many(text())}),
    "invoice_history": group({"enabled": flag}, ["enabled"]),
    "payment_method_update": group({"enabled": flag}, ["enabled"]),
    "subscription_cancel": group({
        "enabled": flag, "mode": one_of("at_period_end", "immediately"),
        "proration_behavior": text()}, ["enabled"]),
    "subscription_update": group({
        "enabled": flag,
        "default_allowed_updates": many(one_of("price", "quantity", "promotion_code")),
        "proration_behavior": one_of("always_invoice", "create_prorations", "none"),
        "products": many(group({"product": text(), "prices": many(text())}, ["product"])),
    }),
})  # fmt: skip
_CONFIGURATION = {
    "features": _FEATURES,
    "business_profile": group({"headline": text(60), "privacy_policy_url": url,
                               "terms_of_service_url": url}),
    "default_return_url": url,
    "metadata": metadata,
}  # fmt: skip
ENDPOINTS = [
    Endpoint("POST", "/billing_portal/sessions", create_session, {
        "customer": text(), "return_url": url, "configuration": text(), "locale": text(10),
        "flow_data": group({
            "type": one_of("payment_method_update", "subscription_cancel", "subscription_update"),
            "subscription_cancel": group({"subscription": text()}, ["subscription"]),
            "subscription_update": group({"subscription": text()}, ["subscription"])}, ["type"]),
    }, ("customer",)),
    Endpoint("POST", "/billing_portal/configurations", create_configuration, _CONFIGURATION,
        ("features",)),
    Endpoint("GET", "/billing_portal/configurations", list_configurations, LIST_FIELDS | {
        "active": flag, "is_default": flag}),
    Endpoint("GET", "/billing_portal/configurations/{thing_id}",
        retrieve("billing_portal.configuration")),
    Endpoint("POST", "/billing_portal/configurations/{thing_id}", update_configuration,
        _CONFIGURATION | {"active": flag}),
]  # fmt: skip
