"""What pages say of use beyond the plan: what is allowed, what came of it, and what it costs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.meter import read_meter
from app.billing.overage import find_allowed, may_exceed, units_of
from app.billing.overage_outbox import told_of
from app.billing.plan_news import PlanNews
from app.billing.plan_words import dollars
from app.billing.plans import OVERAGE_CENTS
from app.billing.standing import Standing
from app.billing.usage import Usage
from app.mail.letters import date_words
from app.phrases import plural

_BEFORE_CHANGE = (
    "While a change of the plan is planned there are no videos beyond it, unless they were allowed "
    "before. They can go on when it is made, or taken back."
)


@dataclass(frozen=True)
class OverageShown:
    """`units` are videos or minutes beyond the plan, whichever are more, of finished videos.
    `is_ready`: Stripe has the price, so videos go on by it."""

    is_possible: bool
    is_ready: bool
    cap_cents: int
    units: int
    invoiced_at: datetime | None
    why_not: str = ""
    is_yearly: bool = False

    @property
    def is_allowed(self) -> bool:
        return self.cap_cents > 0

    @property
    def cents(self) -> int:
        """What the next invoice will add for it, as things stand."""
        return self.units * OVERAGE_CENTS

    @property
    def price(self) -> str:
        return f"{OVERAGE_CENTS} cents for each video or begun minute, whichever are more"

    @property
    def pays_for(self) -> str:
        """What the cap has room for."""
        units = self.cap_cents // OVERAGE_CENTS
        return f"{plural(units, 'video', 'videos')} or {plural(units, 'minute', 'minutes')}"

    @property
    def used_percent(self) -> float:
        return round(min(100.0, 100 * self.cents / self.cap_cents), 2) if self.cap_cents else 0.0

    @property
    def cap_words(self) -> str:
        return dollars(self.cap_cents)

    @property
    def cents_words(self) -> str:
        return dollars(self.cents)


async def overage_shown(
    session: AsyncSession, standing: Standing, used: Usage | None = None
) -> OverageShown:
    """Of the session's workspace; `used`: what finished videos of this period took, where the
    caller has it. One statement then, and another where any was allowed."""
    used = used or (await read_meter(session, standing)).used
    cents, period = await find_allowed(session, standing)
    bought = standing.subscription
    units = 0
    if period is not None:
        units = units_of(period, used, (await told_of(session, period.period_start)).credit)
    return OverageShown(
        is_possible=may_exceed(standing),
        is_ready=bought is not None and bought.overage_item_id is not None,
        cap_cents=cents,
        units=units,
        invoiced_at=bought.period_end if bought else None,
        why_not=_why_not(standing),
        is_yearly=bought is not None and bought.interval == "year",
    )


def news_of_overage(standing: Standing, cents: int) -> PlanNews:
    """That the plan is used up and videos go on beyond it; told once in a period."""
    end = date_words(standing.period.end)
    return PlanNews(
        f"overage {standing.period.start.isoformat()}",
        "warn",
        "Your plan is used up, and videos go on beyond it",
        (
            f"Everything that {standing.plan.name} has for this period is used. Until {end} each "
            f"further video or begun minute costs {OVERAGE_CENTS} cents, {dollars(cents)} at most.",
            "The owner of the workspace can change that amount.",
        ),
        "See what it comes to",
    )


def _waits_for_change(standing: Standing) -> bool:
    """Stripe adds no price to a subscription while a change of it is planned."""
    bought = standing.subscription
    return bought is not None and bought.changes_at is not None and bought.overage_item_id is None


def _why_not(standing: Standing) -> str:
    """Why nothing may be used beyond the plan; "" where it may."""
    bought = standing.subscription
    if may_exceed(standing):
        return _BEFORE_CHANGE if _waits_for_change(standing) else ""
    if bought is None or not standing.plan.is_sold:
        return "Videos beyond the plan are for plans that are paid for."
    if bought.status == "trialing":
        return "While a trial runs there are no videos beyond the plan."
    if bought.status == "past_due":
        return "While a payment is open there are no videos beyond the plan."
    return "The plan ends, so there are no more videos beyond it."
