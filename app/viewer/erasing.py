"""A lead asks for what is kept of it to be deleted: all of it goes, but that it was asked for.

Rows at once, files by a job right after. What was counted without names stays in a campaign's sums.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, cast, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.billing.ledger_lock import lock_ledger
from app.campaigns.lead_rows import count_rows
from app.campaigns.models import Campaign, Lead
from app.db.listen import notify
from app.db.session import defer
from app.db.tenancy import workspace_of
from app.jobs.catalogue import REMOVE_MEDIA
from app.renders.batches import tell_if_last
from app.renders.check_models import Preview
from app.renders.metered import forget_scenes, release_renders
from app.renders.models import Render, RenderBatch, RenderJob
from app.renders.plan_wait import let_in_soon
from app.viewer.models import LinkState
from app.viewer.named_notices import is_about
from app.viewer.visit_erasing import erase_visits
from app.workspaces.notice_models import Notice
from app.workspaces.notices import News, tell_managers

# Ends what works on its video: its row is gone, so nothing of it is written any more.
_STOP = text("select pg_notify('loomlite_cancel', '')")
# Pages that were opened for this lead and for no other.
_PAGES = text(
    """
    delete from page_checks p using lead_checks c
    where c.workspace_id = :workspace_id and c.lead_id = any(:lead_ids)
    and p.workspace_id = c.workspace_id and p.campaign_id = c.campaign_id
    and p.digest = any(c.own) and not exists (
      select from lead_checks o where o.workspace_id = c.workspace_id
      and o.campaign_id = c.campaign_id and o.lead_id <> c.lead_id and p.digest = any(o.own)
    )
    """
)


@dataclass(frozen=True)
class _Traces:
    """What there is of a lead by the id of its link."""

    render_ids: list[UUID]
    batch_ids: list[UUID]
    lead_ids: list[UUID]
    campaign_ids: set[UUID]
    rows: set[int]
    called: set[str]


async def erase_lead(session: AsyncSession, public_id: str) -> None:
    """Of the lead with this link LinkState.erased_at is kept and nothing else; lists and counts of
    the session's workspace are right without it, and its managers have a notice. Twice does no
    harm."""
    workspace_id = workspace_of(session)
    await lock_ledger(session)
    await session.execute(
        insert(LinkState)
        .values(workspace_id=workspace_id, public_id=public_id, erased_at=func.now())
        .on_conflict_do_update(
            index_elements=["workspace_id", "public_id"],
            set_={
                "erased_at": func.coalesce(LinkState.erased_at, func.now()),
                "revoked_at": None,
                "expires_at": None,
            },
        )
    )
    traces = await _find(session, public_id)
    await erase_visits(session, public_id)
    await _erase_renders(session, traces)
    await _erase_rows(session, traces)
    await _erase_notices(session, traces)
    if traces.campaign_ids:
        await _tell(session, traces)


async def _find(session: AsyncSession, public_id: str) -> _Traces:
    workspace_id = workspace_of(session)
    renders = (
        await session.execute(
            select(
                Render.id, Render.batch_id, Render.campaign_id, Render.row, *_called(Render)
            ).where(Render.workspace_id == workspace_id, Render.public_id == public_id)
        )
    ).all()
    leads = (
        await session.execute(
            select(Lead.id, Lead.campaign_id, Lead.row, *_called(Lead))
            .where(Lead.workspace_id == workspace_id, Lead.public_id == public_id)
            .with_for_update()
        )
    ).all()
    return _Traces(
        [each.id for each in renders],
        [each.batch_id for each in renders],
        [each.id for each in leads],
        {each.campaign_id for each in (*renders, *leads)},
        {each.row for each in leads} or {each.row for each in renders},
        {each.name or each.email or each.company for each in (*renders, *leads)} - {""},
    )


def _called(table: type[Lead] | type[Render]) -> tuple[Any, Any, Any]:
    """As notices call a lead: by the first of these that it has."""
    return table.name, table.email, table.company


async def _erase_renders(session: AsyncSession, traces: _Traces) -> None:
    """Also those that are being made: whoever makes them finds the row gone and stops."""
    if not traces.render_ids:
        return
    workspace_id = workspace_of(session)
    ids = select(func.unnest(cast(traces.render_ids, ARRAY(Uuid))))
    await release_renders(session, traces.render_ids, reason="erased")
    await forget_scenes(session, traces.render_ids)
    await session.execute(
        delete(RenderJob)
        .where(RenderJob.workspace_id == workspace_id, RenderJob.render_id.in_(ids))
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        delete(Render)
        .where(Render.workspace_id == workspace_id, Render.id.in_(ids))
        .execution_options(synchronize_session=False)
    )
    for batch_id in traces.batch_ids:
        await session.execute(
            update(RenderBatch)
            .where(RenderBatch.workspace_id == workspace_id, RenderBatch.id == batch_id)
            .values(videos=func.greatest(RenderBatch.videos - 1, 0))
            .execution_options(synchronize_session=False)
        )
    await tell_if_last(session, traces.batch_ids)
    await let_in_soon(session)
    for render_id in traces.render_ids:
        defer(session, REMOVE_MEDIA, prefix=f"workspaces/{workspace_id}/renders/{render_id}")
    await session.execute(_STOP)


async def _erase_rows(session: AsyncSession, traces: _Traces) -> None:
    """The rows of lists, what was found out about their pages, and drafts of their videos."""
    workspace_id = workspace_of(session)
    if traces.lead_ids:
        await session.execute(_PAGES, {"workspace_id": workspace_id, "lead_ids": traces.lead_ids})
        previews = await session.scalars(
            select(Preview).where(
                Preview.workspace_id == workspace_id, Preview.lead_id.in_(traces.lead_ids)
            )
        )
        for preview in previews:
            defer(session, REMOVE_MEDIA, prefix=preview.media_prefix)
        await session.execute(
            delete(Lead)
            .where(Lead.workspace_id == workspace_id, Lead.id.in_(traces.lead_ids))
            .execution_options(synchronize_session=False)
        )
    for campaign_id in sorted(traces.campaign_ids):
        campaign = await session.scalar(
            select(Campaign)
            .options(joinedload(Campaign.facecam))
            .where(Campaign.workspace_id == workspace_id, Campaign.id == campaign_id)
        )
        if campaign is not None and traces.lead_ids:
            await count_rows(session, campaign)
        await notify(session, "renders", campaign_id)


async def _erase_notices(session: AsyncSession, traces: _Traces) -> None:
    """Those that name the lead or lead to its video; of several leads, the notice as a whole."""
    words = func.concat_ws(" ", Notice.title, Notice.body)
    about = [func.strpos(words, who) > 0 for who in sorted(traces.called)]
    about += [Notice.path.contains(str(each)) for each in traces.render_ids]
    if not about:
        return
    own = Notice.workspace_id == workspace_of(session)
    found = await session.execute(select(Notice.id, words, Notice.path).where(own, or_(*about)))
    ids = [
        notice_id
        for notice_id, said, path in found
        if is_about(
            said,
            path,
            called=traces.called,
            campaign_ids=traces.campaign_ids,
            render_ids=traces.render_ids,
        )
    ]
    if ids:
        await session.execute(
            delete(Notice)
            .where(own, Notice.id.in_(ids))
            .execution_options(synchronize_session=False)
        )


async def _tell(session: AsyncSession, traces: _Traces) -> None:
    """Which row it was, so that a team can delete it elsewhere too; no name: that is erased."""
    campaign_id = min(traces.campaign_ids)
    name = await session.scalar(
        select(Campaign.name).where(
            Campaign.workspace_id == workspace_of(session), Campaign.id == campaign_id
        )
    )
    row = min(traces.rows)
    await tell_managers(
        session,
        News(
            "warn",
            f"A lead of “{name}” had its data deleted",
            f"It was row {row} of the list. Its video, its visits and the row are gone. "
            "Take it out of your own files too, so that it is not uploaded again.",
            path=f"/campaigns/{campaign_id}",
            step="Open the campaign",
        ),
    )
