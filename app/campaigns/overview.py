"""The dashboard's numbers beside the cards: what this month took, what a team has done so far."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, ScalarSelect, Select, and_, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.campaigns.models import Campaign
from app.db.base import now
from app.db.tenancy import workspace_of
from app.facecams.models import Facecam
from app.web.refusals import NotFound
from app.workspaces.models import Activity, Invitation, Membership


@dataclass(frozen=True)
class Overview:
    """Counts of the workspace; months are of UTC. Deleted campaigns count for what was used."""

    campaigns: int
    archived_campaigns: int
    campaigns_this_month: int
    leads_this_month: int
    facecams: int
    facecam_s: float
    with_leads: int
    with_scenes: int
    members: int
    invitations: int
    latest_campaign_id: UUID | None

    @property
    def checklist(self) -> list[tuple[str, bool]]:
        """The first run's steps by key, in their order, and whether each is done."""
        return [
            ("workspace", True),
            ("facecam", self.facecams > 0),
            ("leads", self.with_leads > 0),
            ("scenes", self.with_scenes > 0),
            ("team", self.members > 1 or self.invitations > 0),
        ]

    @property
    def first_run_is_over(self) -> bool:
        return all(done for _, done in self.checklist)


async def read_overview(session: AsyncSession) -> Overview:
    """All of it in one statement."""
    month = now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    values = {"month": month, "workspace": workspace_of(session)}
    return Overview(**(await session.execute(_OVERVIEW, values)).one()._asdict())


async def dismiss_checklist(session: AsyncSession, person: User) -> None:
    """The checklist stays away for this member. Raises NotFound for who is none."""
    member = await session.get(Membership, (workspace_of(session), person.id))
    if member is None:
        raise NotFound
    member.checklist_dismissed_at = member.checklist_dismissed_at or now()


def _overview() -> Select[Any]:
    there, month = Campaign.deleted_at.is_(None), bindparam("month", type_=DateTime(timezone=True))
    scenes = func.jsonb_array_length(Campaign.scenes)
    return select(
        func.count().filter(there).label("campaigns"),
        func.count().filter(there, Campaign.archived_at.is_not(None)).label("archived_campaigns"),
        func.count().filter(Campaign.created_at >= month).label("campaigns_this_month"),
        func.count().filter(there, Campaign.leads_state == "ready").label("with_leads"),
        func.count().filter(there, scenes > 0).label("with_scenes"),
        _leads_since(month).label("leads_this_month"),
        _facecams(func.count()).label("facecams"),
        _facecams(func.coalesce(func.sum(Facecam.duration_s), 0.0)).label("facecam_s"),
        _members().label("members"),
        _invitations().label("invitations"),
        _latest().label("latest_campaign_id"),
    ).select_from(Campaign)


def _leads_since(month: ColumnElement[datetime]) -> ScalarSelect[int]:
    # Each import says how many good rows it brought; the leads themselves are never counted.
    return (
        select(func.coalesce(func.sum(Activity.details["count"].as_integer()), 0))
        .where(Activity.verb == "leads.imported", Activity.created_at >= month)
        .scalar_subquery()
    )


def _facecams(what: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(what).select_from(Facecam).where(Facecam.state == "ready").scalar_subquery()


def _members() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Membership)
        .where(Membership.workspace_id == bindparam("workspace"))
        .scalar_subquery()
    )


def _invitations() -> ScalarSelect[int]:
    open_ones = and_(Invitation.accepted_at.is_(None), Invitation.expires_at > func.now())
    return select(func.count()).select_from(Invitation).where(open_ones).scalar_subquery()


def _latest() -> ScalarSelect[UUID]:
    return (
        select(Campaign.id)
        .where(Campaign.deleted_at.is_(None), Campaign.archived_at.is_(None))
        .order_by(Campaign.created_at.desc())
        .limit(1)
        .scalar_subquery()
    )


# Put together once: that takes longer than PostgreSQL does to answer it.
_OVERVIEW = _overview()
