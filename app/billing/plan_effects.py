"""What another plan would stop, and when, as sentences; who knows the things themselves stands
above and provides it: app/asgi.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncSession

from app.billing.plans import Plan

Kind = Literal["stops", "stays", "comes"]


@dataclass(frozen=True)
class Effect:
    """One sentence. `when` it begins; None: it is so all the time, or at once."""

    kind: Kind
    sentence: str
    when: datetime | None = None


@runtime_checkable  # for Litestar, which looks at what it provides
class PlanEffects(Protocol):
    async def of_change(self, session: AsyncSession, plan: Plan, at: datetime) -> Sequence[Effect]:
        """What it means for the session's workspace to have `plan` from `at` on: first what stops,
        then what stays. Empty where the plan takes nothing away. At most five statements."""
