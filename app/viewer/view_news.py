"""What people of a team are to be told about leads: the first view, watched to the end, booked."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.tenancy import workspace_of
from app.viewer.visit_rows import LeadRow, as_json

# By the time that says so in a lead's sum.
KINDS = {"first_opened_at": "first_view", "ended_at": "ended", "booked_at": "booked"}

# Who asked for the video and who made the campaign, if they are on the team; each kind once.
_NOTE = text(
    """
    insert into view_news
      (id, created_at, workspace_id, campaign_id, public_id, user_id, kind, happened_at,
       wants_letter)
    select gen_random_uuid(), now(), c.workspace_id, c.id, t.public_id, m.user_id, t.kind,
      t.happened_at, coalesce((u.notifications ->> t.kind)::boolean, true)
    from jsonb_to_recordset(cast(:rows as jsonb))
      as t (campaign_id uuid, public_id text, kind text, happened_at timestamptz)
    join campaigns c
      on c.workspace_id = :own and c.id = t.campaign_id and c.deleted_at is null
    left join renders r
      on r.workspace_id = c.workspace_id and r.public_id = t.public_id and r.is_current
    left join render_batches b on b.workspace_id = c.workspace_id and b.id = r.batch_id
    join memberships m on m.workspace_id = c.workspace_id
      and (m.user_id = b.requested_by_id or m.user_id = c.created_by_id)
    join users u on u.id = m.user_id
    on conflict do nothing
    """
)


async def note_news(session: AsyncSession, leads: Sequence[tuple[LeadRow | None, LeadRow]]) -> None:
    """What is new between the sums before and after waits to be told; of samples nothing is."""
    rows = [
        {
            "campaign_id": after.campaign_id,
            "public_id": after.public_id,
            "kind": kind,
            "happened_at": getattr(after, at),
        }
        for before, after in leads
        for at, kind in KINDS.items()
        if not after.is_sample
        and getattr(after, at) is not None
        and (before is None or getattr(before, at) is None)
    ]
    if rows:
        await session.execute(_NOTE, {"own": workspace_of(session), "rows": as_json(rows)})
