"""Coupons, promotion codes and the discounts that come of them."""

import secrets
from typing import Any

from app.local_stripe.account import Account, Thing
from app.local_stripe.endpoints import LIST_FIELDS, Endpoint, listed, retrieve
from app.local_stripe.failures import Refusal, invalid_parameter, missing_parameter
from app.local_stripe.parameters import flag, group, many, metadata, number, one_of, text, whole
from app.local_stripe.periods import added


def create_coupon(account: Account, given: dict[str, Any]) -> Thing:
    percent, amount = given.get("percent_off"), given.get("amount_off")
    if (percent is None) == (amount is None):
        raise missing_parameter("percent_off")
    if percent is not None and not 0 < percent <= 100:
        raise invalid_parameter("percent_off", "percent_off must be above 0 and at most 100")
    if amount is not None and not given.get("currency"):
        raise missing_parameter("currency")
    duration = given.get("duration", "once")
    if (duration == "repeating") != bool(given.get("duration_in_months")):
        raise missing_parameter("duration_in_months")
    thing_id = given.get("id") or secrets.token_hex(4).upper()
    if thing_id in account.objects["coupon"]:
        raise Refusal("Coupon already exists.", code="resource_already_exists", param="id")
    coupon = account.add(
        "coupon",
        {
            "amount_off": amount,
            "percent_off": percent,
            "currency": given.get("currency"),
            "duration": duration,
            "duration_in_months": given.get("duration_in_months"),
            "max_redemptions": given.get("max_redemptions"),
            "redeem_by": given.get("redeem_by"),
            "times_redeemed": 0,
            "valid": True,
            "name": given.get("name"),
            "metadata": given.get("metadata", {}),
        },
        thing_id=thing_id,
    )
    account.emit("coupon.created", coupon)
    return coupon


def delete_coupon(account: Account, _given: dict[str, Any], thing_id: str) -> Thing:
    coupon = account.get("coupon", thing_id)
    del account.objects["coupon"][thing_id]
    account.emit("coupon.deleted", coupon)
    return {"id": thing_id, "object": "coupon", "deleted": True}


def create_promotion_code(account: Account, given: dict[str, Any]) -> Thing:
    coupon_id = given["promotion"].get("coupon")
    if not coupon_id:
        raise missing_parameter("promotion[coupon]")
    account.get("coupon", coupon_id, "promotion[coupon]")
    code = given.get("code") or secrets.token_hex(4).upper()
    if any(each["active"] and each["code"].lower() == code.lower() for each in _codes(account)):
        raise Refusal("An active promotion code with that code already exists.", param="code")
    promotion = account.add(
        "promo",
        {
            "code": code,
            "active": given.get("active", True),
            "promotion": {"type": "coupon", "coupon": coupon_id},
            "customer": given.get("customer"),
            "expires_at": given.get("expires_at"),
            "max_redemptions": given.get("max_redemptions"),
            "times_redeemed": 0,
            "metadata": given.get("metadata", {}),
            "restrictions": {"first_time_transaction": False, "minimum_amount": None},
        },
    )
    account.emit("promotion_code.created", promotion)
    return promotion


def update_promotion_code(account: Account, given: dict[str, Any], thing_id: str) -> Thing:
    promotion = account.get("promotion_code", thing_id)
    account.change(promotion, "promotion_code.updated", **given)
    return promotion


def list_promotion_codes(account: Account, given: dict[str, Any]) -> Thing:
    found = [
        each
        for each in _codes(account)
        if given.get("code", "").lower() in {"", each["code"].lower()}
        and given.get("active", each["active"]) == each["active"]
    ]
    return listed(found, given, "/v1/promotion_codes")


def find_code(account: Account, code: str) -> Thing | None:
    """A promotion code that a person typed, if it can be used now."""
    for each in _codes(account):
        if each["code"].lower() == code.strip().lower() and _is_usable(account, each):
            return each
    return None


def redeem(account: Account, wanted: list[dict[str, Any]], subscription_id: str) -> list[str]:
    """The ids of discounts, one for each coupon or promotion code. Raises Refusal."""
    return [_redeem_one(account, each, subscription_id) for each in wanted if any(each.values())]


def _redeem_one(account: Account, wanted: dict[str, Any], subscription_id: str) -> str:
    promotion = None
    if kept := wanted.get("discount"):
        return str(account.get("discount", kept, "discounts[discount]")["id"])
    if wanted.get("promotion_code"):
        promotion = account.get("promotion_code", wanted["promotion_code"], "promotion_code")
        if not _is_usable(account, promotion):
            raise Refusal("This promotion code cannot be redeemed.", code="coupon_expired")
    coupon_id = promotion["promotion"]["coupon"] if promotion else wanted.get("coupon")
    coupon = account.get("coupon", coupon_id or "", "coupon")
    if not _is_left(account, coupon, "redeem_by"):
        raise Refusal(f"Coupon expired: {coupon['id']}", code="coupon_expired", param="coupon")
    for used in filter(None, (coupon, promotion)):
        used["times_redeemed"] += 1
    months = coupon["duration_in_months"]
    discount = account.add(
        "di",
        {
            "source": {"type": "coupon", "coupon": coupon["id"]},
            "promotion_code": promotion["id"] if promotion else None,
            "subscription": subscription_id,
            "start": account.now(),
            "end": added(account.now(), "month", months) if months else None,
        },
    )
    return str(discount["id"])


def lasting_off(account: Account, subscription_id: str, amount: int) -> int:
    """What the subscription's discounts take off this amount. One that is for one invoice alone is
    left to the next whole one."""
    left = amount
    for discount_id in account.get("subscription", subscription_id)["discounts"]:
        discount = account.get("discount", discount_id)
        coupon = account.objects["coupon"].get(discount["source"]["coupon"])
        is_over = discount["end"] and discount["end"] <= account.now()
        if coupon is not None and coupon["duration"] != "once" and not is_over:
            left -= coupon_off(coupon, left)
    return amount - left


def coupon_off(coupon: Thing, amount: int) -> int:
    wanted: int = coupon["amount_off"] or round(amount * (coupon["percent_off"] or 0) / 100)
    return min(amount, wanted)


def _codes(account: Account) -> list[Thing]:
    return account.all("promotion_code")


def _is_usable(account: Account, promotion: Thing) -> bool:
    coupon = account.objects["coupon"].get(promotion["promotion"]["coupon"])
    return bool(
        promotion["active"]
        and _is_left(account, promotion, "expires_at")
        and coupon is not None
        and _is_left(account, coupon, "redeem_by")
    )


def _is_left(account: Account, thing: Thing, until: str) -> bool:
    most = thing["max_redemptions"]
    in_time = thing[until] is None or thing[until] > account.now()
    return in_time and (most is None or thing["times_redeemed"] < most)


ENDPOINTS = [
    Endpoint(
        "POST",
        "/coupons",
        create_coupon,
        {
            "id": text(),
            "percent_off": number,
            "amount_off": whole(1),
            "currency": text(3),
            "duration": one_of("once", "repeating", "forever"),
            "duration_in_months": whole(1),
            "max_redemptions": whole(1),
            "redeem_by": whole(),
            "name": text(40),
            "metadata": metadata,
        },
    ),
    Endpoint(
        "GET",
        "/coupons",
        lambda account, given: listed(account.all("coupon"), given, "/v1/coupons"),
        LIST_FIELDS,
    ),
    Endpoint("GET", "/coupons/{thing_id}", retrieve("coupon")),
    Endpoint("DELETE", "/coupons/{thing_id}", delete_coupon),
    Endpoint(
        "POST",
        "/promotion_codes",
        create_promotion_code,
        {
            "promotion": group({"type": one_of("coupon"), "coupon": text()}, ["type"]),
            "code": text(500),
            "active": flag,
            "customer": text(),
            "expires_at": whole(),
            "max_redemptions": whole(1),
            "metadata": metadata,
        },
        ("promotion",),
    ),
    Endpoint(
        "GET",
        "/promotion_codes",
        list_promotion_codes,
        LIST_FIELDS | {"code": text(), "active": flag},
    ),
    Endpoint("GET", "/promotion_codes/{thing_id}", retrieve("promotion_code")),
    Endpoint("POST", "/promotion_codes/{thing_id}", update_promotion_code, {"active": flag}),
]
DISCOUNT_FIELDS = many(group({"coupon": text(), "promotion_code": text(), "discount": text()}), 20)
