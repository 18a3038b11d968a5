"""A workspace with a plan, what it uses beyond it, and what Stripe charges for that."""

from typing import Any

from sqlalchemy import select, text

from app.billing.models import UsageEntry
from app.billing.overage import choose_cap, overage_units
from app.billing.overage_models import OverageEvent
from app.billing.standing import standing_of
from app.db.base import now
from app.jobs.overage import tell_overage
from app.jobs.stripe_customers import fetch_customer
from tests.billing.conftest import Till
from tests.cast import Cast


class Team:
    """A workspace with the Starter plan, and what it does with it."""

    def __init__(self, till: Till, cast: Cast) -> None:
        self.till, self.cast = till, cast
        self.services, self.workspace_id = till.services, till.workspace.id
        self.subscription_id = ""

    def session(self) -> Any:
        return self.services.database.session(workspace_id=self.workspace_id)

    async def buy(self, lookup_key: str = "loomlite_starter_monthly") -> None:
        self.subscription_id = await self.till.buy(lookup_key)
        await self.look()

    async def look(self) -> None:
        await fetch_customer(self.services, self.till.customer_id)

    async def allow(self, cents: int) -> None:
        async with self.session() as session:
            alice = self.cast.users["alice"]
            await choose_cap(session, await standing_of(session), alice, cents=cents)
        await self.tell()

    async def tell(self) -> None:
        await tell_overage(self.services, workspace_id=str(self.workspace_id))

    async def use(self, videos: int, seconds: float) -> None:
        """Finished videos, or credit for so many."""
        async with self.session() as session:
            period = (await standing_of(session)).period
            kind = "adjust" if videos < 0 or seconds < 0 else "settle"
            session.add(
                UsageEntry(
                    workspace_id=self.workspace_id, kind=kind, videos=videos, seconds=seconds,
                    counted_at=now(), period_start=period.start,
                )
            )  # fmt: skip

    async def units(self) -> int:
        async with self.session() as session:
            return await overage_units(session, await standing_of(session))

    async def events(self) -> list[OverageEvent]:
        async with self.session() as session:
            found = await session.scalars(select(OverageEvent).order_by(OverageEvent.created_at))
            return list(found)

    async def change_events(self, what: str) -> None:
        async with self.session() as session:
            await session.execute(text(f"update overage_events set {what}"))  # noqa: S608

    async def invoiced(self) -> tuple[int, int]:
        """Quantity and cents of the line by use on the invoice of the period that ends now."""
        await self.till.end_period(self.subscription_id)
        return await self.charged()

    async def charged(self) -> tuple[int, int]:
        """The same of the last invoice that there is."""
        invoices = await self.till.sdk.invoices.list_async({"customer": self.till.customer_id})
        lines = [
            line
            for line in invoices.data[0].lines.data
            if line.pricing.price_details.product == "loomlite_overage"
        ]
        return sum(line.quantity for line in lines), sum(line.amount for line in lines)
