"""What became of one press of Render, in words: what is ready, what failed, why, what to do."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.phrases import plural
from app.renders.fault_words import STOPS_EVERYTHING, FaultWords, words_of
from app.renders.models import Render, RenderBatch

NAMES_AT_MOST = 5
# Most errors of the engine end with what to do, and need not be told that twice.
_ADVICE = re.compile(r"\. (Check|Choose|Export|Record|Trim|Try|Upload|Use)\b")


@dataclass(frozen=True)
class FaultGroup:
    """The batch's videos that failed alike; `names` of the first leads, `error` of the first."""

    code: str
    count: int
    names: tuple[str, ...]
    error: str
    path: str

    @property
    def words(self) -> FaultWords:
        return words_of(self.code)

    @property
    def why(self) -> str:
        """The error itself where there is one, else what they have in common."""
        return self.error if self.count == 1 and self.error else f"{self.words.what}."

    @property
    def fix(self) -> str:
        """What to do; empty where the error itself says so."""
        return "" if _ADVICE.search(self.why) else self.words.fix

    @property
    def who(self) -> str:
        """“Ada, Mateo and 12 more”."""
        more = self.count - len(self.names)
        named = [*self.names, *([f"{more:,} more"] if more else [])]
        return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


@dataclass(frozen=True)
class BatchSummary:
    """`lead` is the name of the one lead of a batch of one video, else empty. Those `for_plan` wait
    until it has room for them."""

    batch_id: UUID
    campaign_id: UUID
    campaign: str
    requested_by_id: UUID | None
    videos: int
    completed: int
    failed: int
    cancelled: int
    lead: str
    faults: Sequence[FaultGroup]
    for_plan: int = 0

    @property
    def is_worth_telling(self) -> bool:
        """Not when all was cancelled: whoever did that knows."""
        return self.completed + self.failed > 0

    @property
    def path(self) -> str:
        """Where to look first: at what failed, or at all of it."""
        if len(self.faults) == 1:
            return self.faults[0].path
        own = f"/campaigns/{self.campaign_id}/videos"
        return f"{own}?state=failed" if self.faults else own

    @property
    def step(self) -> str:
        """The words on the button that leads there."""
        if self.faults:
            return "See what failed"
        return "Watch it" if self.videos == 1 else "See the videos"

    @property
    def subject(self) -> str:
        """One line that says how it went."""
        if self.videos == 1:
            could = "is ready" if self.completed else "could not be made"
            return f"The video for {self.lead} {could}"
        of = f"of “{self.campaign}”"
        if self.completed == self.videos:
            return f"All {self.videos:,} videos {of} are ready"
        if not self.completed:
            return f"None of the {self.videos - self.for_plan:,} videos {of} could be made"
        are = "is" if self.completed == 1 else "are"
        return f"{self.completed:,} of {self.videos:,} videos {of} {are} ready"

    @property
    def counts(self) -> str:
        """“98 are ready, 1 failed and 1 was cancelled.”; what the subject leaves to be said."""
        if self.videos == 1:
            return f"It is part of the campaign “{self.campaign}”."
        if self.videos == self.completed:
            return "They are there to be watched and downloaded."
        said = [
            plural(self.completed, "is ready", "are ready") if self.completed else "",
            f"{self.failed:,} failed" if self.failed else "",
            plural(self.cancelled, "was cancelled", "were cancelled") if self.cancelled else "",
            plural(self.for_plan, "waits", "wait") + " for your plan" if self.for_plan else "",
        ]
        found = [each for each in said if each]
        return " and ".join([", ".join(found[:-1]), found[-1]] if found[1:] else found) + "."

    @property
    def stopped_by(self) -> FaultGroup | None:
        """What keeps every video from being made until whoever runs the server acts."""
        return next((each for each in self.faults if each.code in STOPS_EVERYTHING), None)


async def summarize_batch(
    session: AsyncSession, batch: RenderBatch, *, campaign: str
) -> BatchSummary:
    """As it stands now, in three statements, whatever its size."""
    own = (Render.workspace_id == workspace_of(session), Render.batch_id == batch.id)
    rows = await session.execute(
        select(Render.state, func.count()).where(*own).group_by(Render.state)
    )
    counts = {state: number for state, number in rows}  # noqa: C416
    only = await session.scalar(select(_shown_name()).where(*own)) if batch.videos == 1 else None
    return BatchSummary(
        batch_id=batch.id,
        campaign_id=batch.campaign_id,
        campaign=campaign,
        requested_by_id=batch.requested_by_id,
        videos=sum(counts.values()),
        completed=counts.get("completed", 0),
        failed=counts.get("failed", 0),
        cancelled=counts.get("cancelled", 0),
        lead=only or "",
        faults=await _faults(session, batch, own) if counts.get("failed") else (),
        # It has ended otherwise, so nothing else is in line.
        for_plan=counts.get("queued", 0),
    )


async def _faults(session: AsyncSession, batch: RenderBatch, own: Any) -> list[FaultGroup]:
    """The most frequent first."""
    names = func.array_agg(aggregate_order_by(func.left(_shown_name(), 100), Render.row))
    first = func.array_agg(aggregate_order_by(Render.error, Render.row))
    count = func.count()
    rows = await session.execute(
        select(Render.error_code, count, names[1:NAMES_AT_MOST], first[1])
        .where(*own, Render.state == "failed")
        .group_by(Render.error_code)
        .order_by(count.desc(), Render.error_code)
    )
    return [
        FaultGroup(code, number, tuple(named), error, _path(batch.campaign_id, code))
        for code, number, named, error in rows
    ]


def _path(campaign_id: UUID, code: str) -> str:
    """Where the fix is made. The list of videos offers to try them again, whatever it was."""
    own = f"/campaigns/{campaign_id}"
    place = words_of(code).place
    if place in {"facecam", "scenes"}:
        return f"{own}/edit/{place}"
    return f"{own}/videos?{urlencode({'fault': code})}"


def _shown_name() -> Any:
    named = func.coalesce(func.nullif(Render.name, ""), func.nullif(Render.email, ""))
    return func.coalesce(named, "a lead without a name")
