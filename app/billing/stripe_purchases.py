"""What Stripe is asked to sell, to change and to end: the second half of the door to it.

It asks through the client that stripe_api.py opened; Stripe's own classes end here.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from app.billing.plans import Interval
from app.billing.previews import Preview, preview_of, price_on
from app.billing.purchase_values import Checkout, Held, Item
from app.billing.sold_values import SoldPrice
from app.billing.stripe_api import StripeApi, asking_stripe
from app.billing.stripe_values import NEXT_KEY


class Purchases:
    """Every method raises StripeFailed."""

    def __init__(self, api: StripeApi) -> None:
        self._api = api
        self._v1 = api.v1

    async def create_customer(self, workspace_id: str, name: str, email: str, key: str) -> str:
        """The customer's id; with the same key the same customer."""
        said = {"name": name, "email": email, "metadata": {"workspace_id": workspace_id}}
        async with asking_stripe():
            made = await self._v1.customers.create_async(said, {"idempotency_key": key})
        return str(made.id)

    async def change_email(self, customer_id: str, before: str, after: str) -> None:
        """Receipts go to `after`; but where they went to another address than `before`, somebody
        chose that at Stripe, and it stays."""
        async with asking_stripe():
            found = await self._v1.customers.retrieve_async(customer_id)
        if found.to_dict().get("email") != before:
            return
        async with asking_stripe():
            await self._v1.customers.update_async(customer_id, {"email": after})

    async def find_price(self, lookup_key: str) -> SoldPrice | None:
        found = await self._api.list_prices([lookup_key])
        return found[0] if found else None

    async def list_checkouts(self, customer_id: str) -> list[Checkout]:
        """Those on which somebody could still pay."""
        async with asking_stripe():
            listed = await self._v1.checkout.sessions.list_async(
                {"customer": customer_id, "status": "open", "limit": 100}
            )
        return [_checkout(each.to_dict()) for each in listed.data]

    async def expire_checkout(self, checkout_id: str) -> None:
        async with asking_stripe():
            await self._v1.checkout.sessions.expire_async(checkout_id)

    async def create_checkout(
        self,
        customer_id: str,
        price: SoldPrice,
        *,
        workspace_id: str,
        trial_days: int,
        return_url: str,
        cancel_url: str,
        key: str,
    ) -> Checkout:
        metadata = {"workspace_id": workspace_id, "price": price.id}
        subscribed: dict[str, Any] = {"metadata": {"workspace_id": workspace_id}}
        if trial_days:
            subscribed["trial_period_days"] = trial_days
        said = {
            "mode": "subscription",
            "customer": customer_id,
            "client_reference_id": workspace_id,
            "line_items": [{"price": price.id, "quantity": 1}],
            "metadata": metadata,
            "subscription_data": subscribed,
            "allow_promotion_codes": True,
            "tax_id_collection": {"enabled": True},
            # A tax id needs the name and the address that belong to it.
            "customer_update": {"name": "auto", "address": "auto"},
            "success_url": return_url,
            "cancel_url": cancel_url,
        }
        async with asking_stripe():
            made = await self._v1.checkout.sessions.create_async(said, {"idempotency_key": key})
        return _checkout(made.to_dict())

    async def open_portal(self, customer_id: str, return_url: str) -> str:
        """The address of a page for this customer alone, for a few minutes."""
        async with asking_stripe():
            made = await self._v1.billing_portal.sessions.create_async(
                {"customer": customer_id, "return_url": return_url}
            )
        return str(made.url)

    async def get_held(self, subscription_id: str) -> Held:
        async with asking_stripe():
            found = (await self._v1.subscriptions.retrieve_async(subscription_id)).to_dict()
        items = [
            Item(
                each["id"],
                each["price"]["id"],
                None
                if each["price"]["recurring"]["usage_type"] == "metered"
                else each.get("quantity") or 1,
                (each["current_period_start"], each["current_period_end"]),
                str(each["price"]["product"]),
            )
            for each in found["items"]["data"]
        ]
        discounts = [
            each if isinstance(each, str) else each["id"] for each in found.get("discounts") or []
        ]
        return Held(
            tuple(items),
            tuple(discounts),
            found["status"],
            found.get("cancel_at"),
            bool(found.get("cancel_at_period_end")),
            found.get("schedule"),
        )

    async def preview_change(
        self, customer_id: str, subscription_id: str, items: Sequence[dict[str, Any]], at: int
    ) -> Preview:
        """What `change_now` with the same values would bring."""
        said = {
            "customer": customer_id,
            "subscription": subscription_id,
            "subscription_details": {
                "items": list(items),
                "proration_behavior": "always_invoice",
                "proration_date": at,
            },
        }
        async with asking_stripe():
            found = await self._v1.invoices.create_preview_async(said)
        return preview_of(found.to_dict())

    async def preview_price(
        self,
        customer_id: str,
        subscription_id: str,
        items: Sequence[dict[str, Any]],
        price_id: str,
        *,
        goes_on: bool,
    ) -> int:
        """What the price comes to on the next invoice with these items, its discounts off."""
        details: dict[str, Any] = {"items": list(items), "proration_behavior": "none"}
        if goes_on:
            details["cancel_at_period_end"] = False
        said = {
            "customer": customer_id,
            "subscription": subscription_id,
            "subscription_details": details,
        }
        async with asking_stripe():
            found = (await self._v1.invoices.create_preview_async(said)).to_dict()
        return price_on(found, price_id)

    async def change_now(
        self,
        subscription_id: str,
        items: Sequence[dict[str, Any]],
        *,
        at: int | None,
        goes_on: bool,
    ) -> None:
        """The subscription has these items, and what that costs is paid; else nothing is changed.

        `at`: from when on the difference is counted; None while a trial runs, which costs nothing.
        `goes_on`: it was to end, and is not to any more.
        """
        said: dict[str, Any] = {"items": list(items), "payment_behavior": "error_if_incomplete"}
        if at is None:
            said["proration_behavior"] = "none"
        else:
            said |= {"proration_behavior": "always_invoice", "proration_date": at}
        if goes_on:
            said["cancel_at_period_end"] = False
        async with asking_stripe():
            await self._v1.subscriptions.update_async(subscription_id, said)

    async def plan_change(
        self,
        subscription_id: str,
        now: Held,
        then: Sequence[dict[str, Any]],
        *,
        lookup_key: str,
        interval: Interval,
    ) -> None:
        """From the end of the period on the subscription has `then`, and goes on with it."""
        start, end = now.items[0].period
        # A phase without its discounts would take them from the subscription.
        discounts = [{"discount": each} for each in now.discount_ids]
        phases: list[dict[str, Any]] = [
            {
                "items": [_phase_item(each.price_id, each.quantity) for each in now.items],
                "start_date": start,
                "end_date": end,
            },
            {
                "items": list(then),
                "duration": {"interval": interval, "interval_count": 1},
                "proration_behavior": "none",
            },
        ]
        if discounts:
            phases = [each | {"discounts": discounts} for each in phases]
        async with asking_stripe():
            made = await self._v1.subscription_schedules.create_async(
                {"from_subscription": subscription_id}
            )
        try:
            async with asking_stripe():
                await self._v1.subscription_schedules.update_async(
                    made.id,
                    {
                        "phases": phases,
                        "end_behavior": "release",
                        "metadata": {NEXT_KEY: lookup_key},
                    },
                )
        except BaseException:
            # An empty schedule would only keep the subscription from being changed. Not even the
            # end of a page's patience leaves one.
            await asyncio.shield(self.drop_planned(made.id))
            raise

    async def drop_planned(self, schedule_id: str) -> None:
        """The subscription goes on as it is."""
        async with asking_stripe():
            await self._v1.subscription_schedules.release_async(schedule_id)

    async def drop_spent(self, schedule_id: str) -> bool:
        """A schedule that has no change left to make is let go: nothing else may change its
        subscription. Whether it has none left."""
        async with asking_stripe():
            found = (await self._v1.subscription_schedules.retrieve_async(schedule_id)).to_dict()
        if found["status"] in ("released", "completed", "canceled"):
            return True
        current = found.get("current_phase")
        last = max(each["end_date"] for each in found["phases"])
        if current is None or current["end_date"] < last or found["end_behavior"] != "release":
            return False
        await self.drop_planned(schedule_id)
        return True

    async def set_ending(self, subscription_id: str, *, ends: bool) -> None:
        """Whether it ends with its period."""
        async with asking_stripe():
            await self._v1.subscriptions.update_async(
                subscription_id, {"cancel_at_period_end": ends}
            )

    async def end_as_before(self, subscription_id: str, before: Held) -> None:
        """It ends when it did `before`, though a change was begun that was to let it go on."""
        now = await self.get_held(subscription_id)
        if now.schedule_id is not None:
            await self.drop_planned(now.schedule_id)
        if (now.cancel_at, now.ends_with_period) == (before.cancel_at, before.ends_with_period):
            return
        said: dict[str, Any] = (
            {"cancel_at_period_end": True}
            if before.ends_with_period
            else {"cancel_at": before.cancel_at}
        )
        async with asking_stripe():
            await self._v1.subscriptions.update_async(subscription_id, said)


def _phase_item(price_id: str, quantity: int | None) -> dict[str, Any]:
    return {"price": price_id} | ({} if quantity is None else {"quantity": quantity})


def _checkout(said: dict[str, Any]) -> Checkout:
    return Checkout(
        said["id"], said.get("url") or "", (said.get("metadata") or {}).get("price", "")
    )
