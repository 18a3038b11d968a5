"""One press of Render: the campaign frozen, its leads' renders queued, all in a few statements.

However often and however fast it is pressed, a lead has one render under way. Ten thousand leads
take as many statements as one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Float, Select, Text, Uuid, cast, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as insert_or_not
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.campaigns.models import Campaign, Lead
from app.db.base import new_id
from app.db.listen import notify
from app.errors import LoomliteError
from app.renders.changes import WHOLE_LISTS, Which, leads_wanted
from app.renders.freezing import Frozen, freeze_within_plan
from app.renders.leases import wake_dispatchers
from app.renders.models import Render, RenderBatch, RenderJob
from app.renders.plan_wait import let_in_locked, one_at_a_time
from app.renders.pricing import digests_of_leads
from app.renders.render_news import each_of
from app.renders.scene_digests import Digests, FrozenScenes
from app.renders.state_words import ENDED
from app.workspaces.models import Workspace
from app.workspaces.service import record_activity

# A digest that is None, in a text: an empty text is an array of nothing, not of one None.
NONE = "-"


class NothingToRender(LoomliteError):
    """No lead is left that could get a video now."""

    def __init__(self) -> None:
        super().__init__(
            "There is nothing to render: these leads have their videos, or get them already."
        )


@dataclass(frozen=True)
class Requested:
    """What one press brought: so many renders under this batch, `waiting` of them for want of room
    in the plan."""

    batch_id: UUID
    videos: int
    waiting: int


async def request_renders(
    session: AsyncSession,
    workspace: Workspace,
    person: User | None,
    campaign: Campaign,
    lead_ids: Iterable[UUID] | None = None,
    *,
    which: Which = "all",
    at_most: int | None = None,
) -> Requested:
    """Renders of the good leads that `which` or `lead_ids` mean are queued, the first `at_most`.

    Leads whose render is under way are left out. What the plan has no room for waits for it.
    Raises NotToBeRendered and NothingToRender; then nothing is queued.
    """
    frozen = await freeze_within_plan(session, campaign)
    await one_at_a_time(session)
    chosen: Which = which if lead_ids is None else "chosen"
    wanted = leads_wanted(campaign, chosen, frozen.digest, frozen.lead_digest, lead_ids or ())
    wanted = wanted if at_most is None else wanted.limit(at_most)
    await session.execute(WHOLE_LISTS)
    found = list(await session.scalars(wanted))
    if not found:
        raise NothingToRender
    batch = await _add_batch(session, campaign, person, frozen)
    batch.videos = await _queue(session, batch, frozen, found)
    await let_in_locked(session)
    waiting = await _count_waiting(session, batch)
    await record_activity(
        session, person, "videos.requested", campaign.id, campaign.name, count=batch.videos
    )
    await notify(session, "renders", campaign.id)
    await wake_dispatchers(session)
    return Requested(batch.id, batch.videos, waiting)


async def _add_batch(
    session: AsyncSession, campaign: Campaign, person: User | None, frozen: Frozen
) -> RenderBatch:
    batch = RenderBatch(
        id=new_id(),
        workspace_id=campaign.workspace_id,
        campaign_id=campaign.id,
        requested_by_id=person.id if person else None,
        campaign=frozen.values,
    )
    session.add(batch)
    await session.flush()
    return batch


async def _queue(
    session: AsyncSession, batch: RenderBatch, frozen: Frozen, lead_ids: list[UUID]
) -> int:
    """The batch's renders, and their jobs in the order of the rows, which wait for the plan at
    first; how many."""
    scenes = FrozenScenes(frozen.values)
    digests = await digests_of_leads(session, batch.campaign_id, scenes, each_of(lead_ids))
    asked = {lead_id: digests[lead_id] for lead_id in lead_ids if lead_id in digests}
    ids = (
        func.unnest(
            cast(list(asked), ARRAY(Uuid)),
            cast([_together(each) for each in asked.values()], ARRAY(Text)),
        )
        .table_valued("id", "digests")
        .render_derived("asked")
    )
    await _make_room(session, batch, select(Lead.public_id).join(ids, ids.c.id == Lead.id))
    values = _render_values(batch, frozen) | {
        "scene_digests": func.string_to_array(ids.c.digests, ",", NONE),
        "scene_seconds": literal(scenes.seconds, ARRAY(Float)),
    }
    await session.execute(
        insert_or_not(Render)
        .from_select(
            list(values),
            select(*values.values()).join(ids, ids.c.id == Lead.id),
            include_defaults=False,
        )
        .on_conflict_do_nothing()
    )
    made: Any = select(Render.id).where(
        Render.workspace_id == batch.workspace_id, Render.batch_id == batch.id
    )
    jobs = made.with_only_columns(
        *(Render.workspace_id, Render.campaign_id, Render.id), literal(True)
    )
    await session.execute(
        insert(RenderJob).from_select(
            ["workspace_id", "campaign_id", "render_id", "waits_for_plan"],
            jobs.order_by(Render.row),
            include_defaults=False,
        )
    )
    return await session.scalar(select(func.count()).select_from(made.subquery())) or 0


def _together(digests: Digests) -> str:
    """In one text, for arrays of arrays are of one length."""
    return ",".join(digest or NONE for digest in digests)


async def _count_waiting(session: AsyncSession, batch: RenderBatch) -> int:
    waiting = select(func.count()).where(
        *(RenderJob.workspace_id == batch.workspace_id, RenderJob.waits_for_plan),
        *(Render.id == RenderJob.render_id, Render.batch_id == batch.id),
    )
    return await session.scalar(waiting) or 0


async def _make_room(session: AsyncSession, batch: RenderBatch, public_ids: Select[Any]) -> None:
    """The leads' earlier renders are no longer the latest ones; a video that is shown stays so."""
    await session.execute(
        update(Render)
        .where(
            Render.workspace_id == batch.workspace_id,
            Render.campaign_id == batch.campaign_id,
            Render.is_latest,
            Render.state.in_(ENDED),
            Render.public_id.in_(public_ids),
        )
        .values(is_latest=False)
        .execution_options(synchronize_session=False)
    )


def _render_values(batch: RenderBatch, frozen: Frozen) -> dict[str, Any]:
    """Each column of a new render, for a row of `leads`."""
    lead = (Lead.public_id, Lead.row, Lead.name, Lead.email, Lead.company, Lead.cells)
    return {
        "id": func.gen_random_uuid(),
        "created_at": func.now(),
        "workspace_id": literal(batch.workspace_id),
        "campaign_id": literal(batch.campaign_id),
        "batch_id": literal(batch.id),
        "lead_id": Lead.id,
        **{column.key: column for column in lead},
        "campaign_digest": literal(frozen.digest),
        "lead_digest": frozen.lead_digest,
        "state": literal("queued"),
        "is_latest": literal(True),
        "is_current": literal(False),
        "error_code": literal(""),
        "error": literal(""),
        "files": literal({}, JSONB),
    }
