"""The lines of invoices: what a period costs, what is left of one, and what was used."""

from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.discounts import lasting_off
from app.local_stripe.meters import used

Period = tuple[int, int]
_UNUSED = "Unused time on"


def is_metered(item: Thing) -> bool:
    return bool(item["price"]["recurring"]["usage_type"] == "metered")


def period_line(account: Account, item: Thing, period: Period, *, trial: bool = False) -> Thing:
    """What the item costs for this period; nothing while it is tried."""
    name = _name(account, item)
    if trial:
        return _line(item, 0, f"Trial period for {name}", period)
    amount = _amount(item["price"], item["quantity"])
    return _line(item, amount, f"{item['quantity']} × {name}", period)


def usage_line(account: Account, item: Thing, customer_id: str, period: Period) -> Thing:
    """What the item's meter counted in the period that is over."""
    quantity = used(account, item["price"]["recurring"]["meter"], customer_id, *period)
    amount = _amount(item["price"], quantity)
    described = f"{quantity} × {_name(account, item)}"
    return _line(item, amount, described, period) | {"quantity": quantity}


def proration_line(account: Account, item: Thing, at: int, *, credit: bool) -> Thing:
    """What is left of the item's period from `at` on, taken back or charged; to the second.

    As Stripe does it by itself, amounts are with discounts off: of what was charged for the item,
    or of what it costs now.
    """
    end = item["current_period_end"]
    charged = _charged(account, item) if credit else None
    if charged is None:
        start, whole = item["current_period_start"], _amount(item["price"], item["quantity"])
        whole -= lasting_off(account, item["subscription"], whole)
    else:
        start, whole = charged["period"]["start"], paid_for(charged)
    # Half a cent is rounded up.
    amount = (2 * whole * (end - at) + (end - start)) // (2 * (end - start))
    name = _name(account, item)
    described = f"{_UNUSED} {name}" if credit else f"Remaining time on {name}"
    return _line(item, -amount if credit else amount, described, (at, end), proration=True)


def paid_for(line: Thing) -> int:
    """What the line comes to with its discounts off."""
    off: int = sum(each["amount"] for each in line["discount_amounts"])
    return int(line["amount"]) - off


def _charged(account: Account, item: Thing) -> Thing | None:
    """The newest line that charged this item for the time up to the end of its period."""
    drawn = [line for each in account.all("invoice") for line in each["lines"]["data"]]
    waiting = [each["line"] for each in account.all("invoiceitem")]
    for line in reversed(drawn + waiting):
        if (
            line["parent"]["subscription_item_details"]["subscription_item"] == item["id"]
            and line["pricing"]["price_details"]["price"] == item["price"]["id"]
            and line["quantity"] == item["quantity"]
            and line["period"]["end"] == item["current_period_end"]
            and line["period"]["start"] < line["period"]["end"]
            and not line["description"].startswith(_UNUSED)
        ):
            found: Thing = line
            return found
    return None


def _line(
    item: Thing, amount: int, description: str, period: Period, *, proration: bool = False
) -> Thing:
    price: dict[str, Any] = item["price"]
    return {
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": description,
        "discount_amounts": [],
        "discountable": not proration,
        "discounts": [],
        "livemode": False,
        "metadata": {},
        "period": {"start": period[0], "end": period[1]},
        "pricing": {
            "type": "price_details",
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "parent": {
            "type": "subscription_item_details",
            "subscription_item_details": {
                "proration": proration,
                "subscription": item["subscription"],
                "subscription_item": item["id"],
            },
        },
        "quantity": item["quantity"],
        "subtotal": amount,
        "taxes": [],
    }


def _amount(price: Thing, quantity: int) -> int:
    # Thousandths of a cent and less are possible for what is metered.
    return int(float(price["unit_amount_decimal"]) * quantity + 0.5)


def _name(account: Account, item: Thing) -> str:
    name: str = account.get("product", item["price"]["product"])["name"]
    return name
