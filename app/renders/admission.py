"""Which waiting render is made next: limits that hold exactly, and a turn for every workspace.

Every worker's dispatcher may ask at any time; one at a time gets an answer. The lock is taken in a
statement of its own: a statement that waited for it would choose by what it saw before it waited,
and then limits are exceeded and renders claimed twice.

It looks at no ledger: a render that its plan has no room for is not seen here before plan_wait.py
lets it in. What waits in a suspended workspace waits on.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.renders.leases import ALIVE_S, CLAIM_S, Claim

LOCK = 7_309_424_512
# Whoever holds it and then stands still, with its machine or its network, would hold up everybody:
# the database ends that transaction after so long.
HOLD_S = 5
# A queue grows from nothing to ten thousand in a second, and what the planner knows of it is then
# wrong: it would read and sort all of it. The indexes give each part in the order that is needed.
_LOCK = text(
    f"select set_config('enable_seqscan', 'off', true), "
    f"set_config('enable_bitmapscan', 'off', true), "
    f"set_config('enable_hashjoin', 'off', true), "
    f"set_config('enable_mergejoin', 'off', true), "
    f"set_config('idle_in_transaction_session_timeout', '{HOLD_S}s', true), "
    f"pg_advisory_xact_lock({LOCK})"
)

# `teams` walks the index from one workspace to the next instead of reading every waiting row.
# `here`: what fills slots of workers that are there; one that ends keeps its renders, but neither
# its slots nor they count. A render's `share` is how many its workspace would have running with it:
# the fewest first, then who was served longest ago, then the oldest. A render that has not failed
# yet waits for no time: a clock that is set back would hold it up.
_CLAIM = text(
    """
    with recursive teams as (
      (select workspace_id from render_jobs where lease_until is null and not waits_for_plan
       order by workspace_id limit 1)
      union all
      select (select job.workspace_id from render_jobs job
              where job.lease_until is null and not job.waits_for_plan
                and job.workspace_id > teams.workspace_id
              order by job.workspace_id limit 1)
      from teams where teams.workspace_id is not null
    ),
    workers as (
      select id, slots from render_workers
      where not is_stopping and seen_at > now() - make_interval(secs => :alive_s)
    ),
    running as (
      select workspace_id, count(*) as number,
        count(*) filter (where worker_id is null or worker_id in (select id from workers)) as here
      from render_jobs where lease_until is not null group by workspace_id
    ),
    room as (
      select greatest(0, least(
        (select coalesce(sum(slots), 0) from workers) - coalesce(sum(here), 0),
        cast(:at_most as int) - coalesce(sum(number), 0)
      ))::int as slots
      from running
    ),
    limits as (
      select teams.workspace_id, coalesce(running.number, 0) as running,
        coalesce(turns.turn, 0) as turn,
        greatest(0, least(
          (select slots from room),
          coalesce(
            plan.concurrent_renders, (select concurrent_renders from service_plan)
          ) - coalesce(running.number, 0)
        ))::int as free
      from teams
      left join running using (workspace_id)
      left join plan_limits plan using (workspace_id)
      left join render_turns turns using (workspace_id)
      where teams.workspace_id is not null and not exists (
        select from workspaces team where team.id = teams.workspace_id
          and team.suspended_at is not null)
    ),
    chosen as (
      select head.render_id, limits.workspace_id, limits.running + head.place as share,
        limits.turn, head.position
      from limits cross join lateral (
        select render_id, position, row_number() over (order by position) as place
        from (
          select render_id, position from render_jobs job
          where job.lease_until is null and not job.waits_for_plan
            and job.workspace_id = limits.workspace_id
            and (job.run_at <= now() or job.failures + job.setbacks = 0)
            and not job.cancel_requested
          order by position limit limits.free
        ) oldest
      ) head
      where limits.free > 0
      order by share, turn, position limit (select slots from room)
    ),
    claimed as (
      update render_jobs job
      set lease_until = now() + make_interval(secs => :claim_s), attempts = attempts + 1,
        worker_id = null, progress = '{}'
      -- Said twice, so that the planner reads these rows alone whichever side it begins with.
      from chosen where job.render_id = chosen.render_id
        and job.render_id = any(array(select render_id from chosen))
      returning job.workspace_id, job.campaign_id, job.render_id, job.attempts,
        chosen.share, chosen.turn, chosen.position
    ),
    served as (
      insert into render_turns (workspace_id, turn)
      select workspace_id, nextval('render_job_positions') from (
        select workspace_id from claimed group by workspace_id
        order by max(share), min(turn), min(position)
      ) in_order
      on conflict (workspace_id) do update set turn = excluded.turn
    )
    select workspace_id, campaign_id, render_id, attempts from claimed
    order by share, turn, position
    """
)


async def claim_renders(session: AsyncSession, *, at_most: int | None = None) -> list[Claim]:
    """Claims as many waiting renders as there is room for, in the order of their turns.

    `at_most` is how many may run in all, whatever the workers' slots. The session must see every
    workspace.
    """
    await session.execute(_LOCK)
    claimed = await session.execute(
        _CLAIM,
        {
            "alive_s": ALIVE_S,
            "claim_s": CLAIM_S,
            "at_most": at_most,
        },
    )
    return [Claim(*row) for row in claimed]
