"""What a workspace may use: the plans that are sold, and what holds for one workspace now.

Stripe knows a plan by the lookup keys of its prices. Here is all else of it, so limits change with
a new version of the service and without a word to Stripe; the prices are compared with Stripe's by
`loomlite stripe sync`.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.models import PlanLimits, ServicePlan
from app.db.base import now
from app.db.tenancy import workspace_of

PlanKey = Literal["unlimited", "free", "starter", "growth", "business"]
Interval = Literal["month", "year"]
INTERVALS: tuple[Interval, ...] = get_args(Interval)
CURRENCY = "usd"
# For each video beyond a plan, or each minute that was begun, whichever are more. The same for all
# plans, so that a change of the plan makes nothing dearer that was used before it.
OVERAGE_CENTS = 20
# Of the first plan that a workspace buys, whichever it is.
TRIAL_DAYS = 14


@dataclass(frozen=True)
class Limits:
    """What is counted. A None is no limit."""

    concurrent_renders: int
    videos_per_month: int | None
    minutes_per_month: int | None = None


@dataclass(frozen=True)
class Plan:
    """A None is no limit. A plan without prices cannot be bought."""

    key: PlanKey
    name: str
    videos_per_month: int | None
    minutes_per_month: int | None
    concurrent_renders: int
    seats: int | None
    video_length_s: int | None
    storage_days: int | None
    custom_domain: bool = True
    shows_made_with: bool = False
    api: bool = True
    month_cents: int | None = None
    year_cents: int | None = None

    @property
    def limits(self) -> Limits:
        return Limits(self.concurrent_renders, self.videos_per_month, self.minutes_per_month)

    @property
    def is_sold(self) -> bool:
        return self.month_cents is not None

    def cents(self, interval: Interval) -> int | None:
        """What one such period costs."""
        return self.month_cents if interval == "month" else self.year_cents

    def lookup_key(self, interval: Interval) -> str:
        """By which Stripe and we name the price."""
        return f"loomlite_{self.key}_{interval}ly"


# Of a service that sells nothing. Four videos at once keep one team from filling a machine of
# eight slots; who runs the service for one team alone raises it.
UNLIMITED = Plan(
    "unlimited",
    "Unlimited",
    videos_per_month=None,
    minutes_per_month=None,
    concurrent_renders=4,
    seats=None,
    video_length_s=None,
    storage_days=None,
)
FREE = Plan(
    "free",
    "Free",
    videos_per_month=10,
    minutes_per_month=10,
    concurrent_renders=1,
    seats=2,
    video_length_s=60,
    storage_days=30,
    custom_domain=False,
    shows_made_with=True,
    api=False,
)
STARTER = Plan(
    "starter",
    "Starter",
    videos_per_month=150,
    minutes_per_month=150,
    concurrent_renders=2,
    seats=3,
    video_length_s=120,
    storage_days=180,
    custom_domain=False,
    api=False,
    month_cents=2_900,
    year_cents=29_000,
)
GROWTH = Plan(
    "growth",
    "Growth",
    videos_per_month=750,
    minutes_per_month=750,
    concurrent_renders=4,
    seats=10,
    video_length_s=180,
    storage_days=365,
    month_cents=9_900,
    year_cents=99_000,
)
BUSINESS = Plan(
    "business",
    "Business",
    videos_per_month=3_000,
    minutes_per_month=3_000,
    concurrent_renders=8,
    seats=50,
    video_length_s=300,
    storage_days=730,
    month_cents=29_900,
    year_cents=299_000,
)
# From the smallest to the largest.
PLANS = (FREE, STARTER, GROWTH, BUSINESS)
_BY_KEY = {plan.key: plan for plan in (UNLIMITED, *PLANS)}
_BY_LOOKUP_KEY = {
    plan.lookup_key(interval): (plan, interval)
    for plan in PLANS
    if plan.is_sold
    for interval in INTERVALS
}


def get_plan(key: str) -> Plan:
    """Raises KeyError for what is no plan of ours."""
    return _BY_KEY[key]  # type: ignore[index]


def is_plan(key: str | None) -> bool:
    """Whether this version has a plan of this key."""
    return key in _BY_KEY


def find_plan_name(key: str | None) -> str:
    """How people call the plan; also of a subscription that sells none of ours."""
    plan = _BY_KEY.get(key)  # type: ignore[call-overload]
    return plan.name if plan else "The subscription"


def find_sold(lookup_key: str) -> tuple[Plan, Interval] | None:
    """The plan and the interval that a price of this lookup key sells."""
    return _BY_LOOKUP_KEY.get(lookup_key)


def overage_lookup_key(interval: Interval) -> str:
    """By which Stripe and we name the price by use; it is charged as often as the plan is."""
    return f"loomlite_overage_{interval}ly"


def rank(plan: Plan) -> int:
    """Larger for a larger plan."""
    return PLANS.index(plan) if plan in PLANS else len(PLANS)


async def workspace_plan(session: AsyncSession) -> tuple[Plan, Limits]:
    """The plan of the session's workspace, and the limits that hold for it: the plan's, unless an
    operator set others."""
    return plan_in((await session.execute(plan_query(session))).one())


def plan_query(session: AsyncSession) -> Select[Any]:
    """One row for `plan_in`, which other tables may be joined to."""
    columns: list[Any] = [
        *(PlanLimits.plan_key, PlanLimits.concurrent_renders),
        *(PlanLimits.videos_per_month, PlanLimits.minutes_per_month),
        ServicePlan.plan_key.label("service_key"),
    ]
    return (
        select(*columns)
        .select_from(ServicePlan)
        .outerjoin(PlanLimits, PlanLimits.workspace_id == workspace_of(session))
    )


def plan_in(row: Any) -> tuple[Plan, Limits]:
    """What a row of `plan_query` says."""
    if row.plan_key is None:
        plan = get_plan(row.service_key)
        return plan, plan.limits
    limits = Limits(row.concurrent_renders, row.videos_per_month, row.minutes_per_month)
    return get_plan(row.plan_key), limits


async def limits_of(session: AsyncSession) -> Limits:
    """The limits of the session's workspace."""
    return (await workspace_plan(session))[1]


async def set_limits(
    session: AsyncSession, limits: Limits, *, plan_key: PlanKey = "unlimited"
) -> None:
    """These are the limits of the session's workspace. Whoever calls it wakes the dispatchers."""
    values = {**asdict(limits), "plan_key": plan_key, "changed_at": now()}
    await session.execute(
        insert(PlanLimits)
        .values(workspace_id=workspace_of(session), **values)
        .on_conflict_do_update(index_elements=[PlanLimits.workspace_id], set_=values)
    )


async def set_plan(session: AsyncSession, plan: Plan) -> None:
    """The session's workspace has this plan. Whoever calls it wakes the dispatchers."""
    await set_limits(session, plan.limits, plan_key=plan.key)


async def service_plan(session: AsyncSession) -> Plan:
    """The plan of every workspace that bought none."""
    key = await session.scalar(select(ServicePlan.plan_key))
    return get_plan(key or UNLIMITED.key)


async def set_service_plan(session: AsyncSession, *, sells: bool) -> None:
    """Workspaces that bought nothing have the Free plan, or all there is where nothing is sold."""
    plan = FREE if sells else UNLIMITED
    values = {"plan_key": plan.key, "concurrent_renders": plan.concurrent_renders}
    await session.execute(
        insert(ServicePlan)
        .values(id=1, **values)
        .on_conflict_do_update(
            index_elements=[ServicePlan.id], set_=values, where=ServicePlan.plan_key != plan.key
        )
    )
