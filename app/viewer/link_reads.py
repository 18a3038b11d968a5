"""Reads a link in one statement, whether or not there is one: what is guessed costs what is known.

The session has entered the workspace; what is another's is not seen.
"""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import enter_workspace
from app.viewer.link import Link, LinkLead, LinkVideo
from app.viewer.page_choices import merged_values, shown_by_plan

# Links that were sent before have shorter ids. What has another form is looked for all the same,
# as an id that nobody has.
_ID = re.compile(r"[A-Za-z0-9_-]{1,24}")
_NOBODYS_ID, _NOBODY = "-", UUID(int=0)
# A page waits for the database no longer than this, whatever other statements may take.
STATEMENT_MS = 3_000

_WHOSE = text(
    f"select set_config('statement_timeout', '{STATEMENT_MS}', true), workspace_of_slug(:slug)"
)
_PATIENCE = text(f"set local statement_timeout = {STATEMENT_MS}")
_LINK = text(
    """
    select w.slug, w.name as workspace_name, w.accent, w.background,
      coalesce(own.logo_key, every.logo_key, w.logo_key) as logo_key,
      coalesce(own.password_hash, every.password_hash) as password_hash,
      every.choices as every_choices, own.choices as own_choices,
      s.revoked_at, s.expires_at, s.erased_at,
      c.id as campaign_id, c.name as campaign_name, c.deleted_at as campaign_deleted_at,
      coalesce(b.campaign -> 'headers', c.lead_columns -> 'headers') as headers,
      coalesce(b.campaign -> 'lead_columns', c.lead_columns) -> 'name' as name_columns,
      u.name as sender_name,
      coalesce(
        (select plan_key from plan_limits where workspace_id = w.id),
        (select plan_key from service_plan)
      ) as plan_key,
      coalesce(r.row, l.row) as row, coalesce(r.name, l.name) as name,
      coalesce(r.email, l.email) as email, coalesce(r.company, l.company) as company,
      coalesce(r.cells, l.cells) as cells,
      v.id as render_id, v.files, v.duration_s, v.removed_at,
      coalesce(v.ended_at, v.created_at) as made_at,
      b.campaign #> '{spec,output}' as output, b.campaign -> 'facecam' as facecam,
      (select jsonb_agg(jsonb_build_array(k.language, left(md5(k.vtt), 12)) order by k.language)
       from captions k where k.workspace_id = w.id
       and k.facecam_id = nullif(b.campaign #>> '{facecam,id}', '')::uuid) as captions
    from workspaces w
    left join link_states s on s.workspace_id = w.id and s.public_id = :public_id
    left join renders v on v.workspace_id = w.id and v.public_id = :public_id and v.is_current
    left join leads l on l.workspace_id = w.id and l.public_id = :public_id
    left join lateral (
      select campaign_id, batch_id, row, name, email, company, cells from renders
      where workspace_id = w.id and public_id = :public_id and (v.id is null or id = v.id)
      order by is_latest desc, created_at desc limit 1
    ) r on true
    left join campaigns c
      on c.workspace_id = w.id and c.id = coalesce(r.campaign_id, l.campaign_id)
    left join render_batches b on b.workspace_id = w.id and b.id = r.batch_id
    left join users u on u.id = b.requested_by_id
    left join landing_pages every on every.workspace_id = w.id and every.campaign_id is null
    left join landing_pages own on own.workspace_id = w.id and own.campaign_id = c.id
    where w.id = :workspace_id
    """
)


async def enter_by_slug(session: AsyncSession, slug: str) -> UUID:
    """The session has entered the workspace of this subdomain, or one that nobody has."""
    row = (await session.execute(_WHOSE, {"slug": slug})).one()
    workspace_id: UUID = row[1] or _NOBODY
    await enter_workspace(session, workspace_id)
    return workspace_id


async def enter_by_id(session: AsyncSession, workspace_id: UUID) -> UUID:
    """The same for a workspace that is known by its own host."""
    await session.execute(_PATIENCE)
    await enter_workspace(session, workspace_id)
    return workspace_id


async def read_link(session: AsyncSession, workspace_id: UUID, public_id: str) -> Link | None:
    """The workspace's link of this id; None where neither lead nor video nor trace of one is."""
    known = public_id if _ID.fullmatch(public_id) else _NOBODYS_ID
    row = (
        await session.execute(_LINK, {"workspace_id": workspace_id, "public_id": known})
    ).one_or_none()
    if row is None or (row.campaign_id is None and row.erased_at is None):
        return None
    return _link(workspace_id, public_id, row)


def _link(workspace_id: UUID, public_id: str, row: Row[Any]) -> Link:
    is_erased = row.erased_at is not None
    rows = [each for each in (row.every_choices, row.own_choices) if each]
    choices = merged_values(row.accent, row.background, *rows)
    return Link(
        workspace_id=workspace_id,
        slug=row.slug,
        workspace_name=row.workspace_name,
        public_id=public_id,
        choices=shown_by_plan(choices, row.plan_key or ""),
        logo_key=row.logo_key,
        password_hash=row.password_hash or None,
        revoked_at=row.revoked_at,
        expires_at=row.expires_at,
        erased_at=row.erased_at,
        campaign_id=row.campaign_id,
        campaign_name=row.campaign_name or "",
        campaign_is_deleted=row.campaign_deleted_at is not None,
        sender_name=row.sender_name or "",
        lead=None if is_erased else _lead(row),
        video=None if is_erased or not _has_video(row) else _video(row),
        is_removed=row.removed_at is not None,
    )


def _lead(row: Row[Any]) -> LinkLead | None:
    if row.cells is None:
        return None
    return LinkLead(
        row=row.row,
        name=row.name,
        email=row.email,
        company=row.company,
        headers=tuple(str(each) for each in row.headers or ()),
        cells=tuple(str(each) for each in row.cells),
        name_columns=tuple(str(each) for each in row.name_columns or ()),
    )


def _has_video(row: Row[Any]) -> bool:
    return row.render_id is not None and "video.mp4" in (row.files or {})


def _video(row: Row[Any]) -> LinkVideo:
    output, facecam = row.output or {}, row.facecam or {}
    return LinkVideo(
        render_id=row.render_id,
        made_at=row.made_at,
        files=row.files,
        duration_s=row.duration_s or 0.0,
        width=int(output.get("width") or 1920),
        height=int(output.get("height") or 1080),
        facecam_id=UUID(facecam["id"]) if facecam.get("id") else None,
        facecam_start_s=float(facecam.get("start_s") or 0.0),
        facecam_end_s=facecam.get("end_s"),
        captions=tuple((language, version) for language, version in row.captions or ()),
    )
