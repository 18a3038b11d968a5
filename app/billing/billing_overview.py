"""All that the billing page shows, from our own copy of what Stripe says: Stripe may be away."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.invoices import BillingInvoice, list_invoices
from app.billing.meter import Meter, read_meter
from app.billing.mirror import list_subscriptions
from app.billing.payment_state import PaymentState, payment_state
from app.billing.plan_words import dollars, price_words
from app.billing.plans import Interval, Plan, find_plan_name, get_plan
from app.billing.purchases import find_customer
from app.billing.standing import Standing, standing_of
from app.billing.stripe_models import BillingCustomer
from app.billing.stripe_values import ENTITLED, SubscriptionState


@dataclass(frozen=True)
class Overview:
    """`customer` None: nobody ever began to buy. `foreign`: subscriptions that sell no plan of
    ours, and `extra`: those that are paid besides the one that gives the plan."""

    standing: Standing
    meter: Meter
    customer: BillingCustomer | None
    payment: PaymentState
    invoices: Sequence[BillingInvoice]
    foreign: Sequence[SubscriptionState]
    extra: Sequence[SubscriptionState]

    @property
    def current(self) -> SubscriptionState | None:
        return self.standing.subscription

    @property
    def price(self) -> str:
        """What is paid for the plan, as its subscription says: an older price may be another."""
        current = self.current
        if current is None:
            return price_words(self.standing.plan)
        return f"{dollars(current.unit_amount)} a {current.interval}"

    @property
    def next_plan(self) -> str:
        """What the plan changes to at the end of the period, as “Starter, $29 a month”."""
        current = self.current
        if current is None or current.next_plan_key is None:
            return ""
        plan: Plan = get_plan(current.next_plan_key)
        interval: Interval = "year" if current.next_interval == "year" else "month"
        return f"{plan.name}, {price_words(plan, interval)}"

    @property
    def waiting(self) -> BillingInvoice | None:
        """The invoice whose bank wants to hear from whoever pays."""
        return next(
            (each for each in self.invoices if each.needs_confirmation and each.status == "open"),
            None,
        )

    def name_of(self, subscription: SubscriptionState) -> str:
        return find_plan_name(subscription.plan_key)


async def read_overview(session: AsyncSession) -> Overview:
    """Of the session's workspace."""
    standing = await standing_of(session)
    subscriptions = await list_subscriptions(session)
    running = [each for each in subscriptions if each.status in ENTITLED]
    current = standing.subscription
    return Overview(
        standing,
        await read_meter(session, standing),
        await find_customer(session),
        await payment_state(session, subscriptions),
        await list_invoices(session),
        foreign=[each for each in running if each.plan_key is None],
        extra=[each for each in running if each.plan_key and current and each.id != current.id],
    )
