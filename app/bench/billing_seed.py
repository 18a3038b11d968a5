"""A ledger of ten million lines in an empty database, and a workspace whose plan is almost used up.

The ledger is filled as the database's owner in a few statements, with its indexes built at the end.
"""

from dataclasses import dataclass

import psycopg
from psycopg import sql

from app.bench.bed import REPOSITORY
from app.bench.service_seed import Film, Team, add_campaign, add_team, press_render
from app.bench.web_bed import WebBed
from app.billing.plans import Limits, set_limits, set_service_plan
from app.billing.standing import current_period
from app.db.session import Database
from app.storage.local import LocalStorage

PERIODS = 12  # a year
CONCURRENT = 100  # so that what is measured is never held up by it
# Rows of workspaces that nobody enters: they have what the ledger and the queue refer to, and no
# more. Foreign keys are not checked while they come.
_TEAMS = """
    insert into workspaces (id, created_at, slug, name, accent, background)
    select gen_random_uuid(), now(), 'ledger-' || number, 'Team ' || number, '#5b3fd6', '#ffffff'
    from generate_series(1, %(teams)s) number
"""
_PLANS = """
    insert into plan_limits (workspace_id, plan_key, concurrent_renders, videos_per_month,
      minutes_per_month, changed_at)
    select id, 'business', 8, 3000, 3000, now() from workspaces where slug like 'ledger-%%'
"""
# Two lines a video: what was reserved and what it did cost, spread over the periods of a year.
_LINES = """
    insert into usage_entries (id, created_at, workspace_id, render_id, kind, videos, seconds,
      reason, counted_at, period_start)
    select gen_random_uuid(), counted, team.id, gen_random_uuid(), kind, (kind = 'reserve')::int,
      case kind when 'reserve' then 30 else -2 end, '', counted,
      date_trunc('month', counted, 'UTC')
    from (select id, row_number() over () as place from workspaces where slug like 'ledger-%%') team
    cross join lateral (
      select date_trunc('month', now(), 'UTC') - make_interval(months => number %% %(periods)s)
        as counted, kind
      from generate_series(1, %(videos)s) number, unnest(array['reserve', 'settle']) kind
    ) line
"""
_QUEUE = """
    insert into render_jobs (workspace_id, campaign_id, render_id)
    select team.id, gen_random_uuid(), gen_random_uuid()
    from (select id from workspaces where slug like 'ledger-%%' limit 100) team,
      generate_series(1, %(each)s)
"""
_USED = """
    insert into usage_entries (id, created_at, workspace_id, render_id, kind, videos, seconds,
      reason, counted_at, period_start)
    select gen_random_uuid(), now(), %(team)s, gen_random_uuid(), kind,
      (kind = 'reserve')::int, case kind when 'reserve' then 30 else -2 end, '', now(),
      %(period_start)s
    from generate_series(1, %(videos)s), unnest(array['reserve', 'settle']) kind
"""


@dataclass(frozen=True)
class LedgerSize:
    """How much there is; the goals hold for these."""

    lines: int = 10_000_000
    teams: int = 2_000
    used: int = 2_990  # videos of the workspace that is asked, in this period
    waiting: int = 600  # renders of it that have no room


@dataclass(frozen=True)
class LedgerSeeded:
    """`lines` that there are at last, and the workspace that is asked."""

    lines: int
    team: Team
    limits: Limits


def fill_ledger(bed: WebBed, size: LedgerSize) -> None:
    """Lines of other workspaces, and their queues."""
    values = {
        "teams": size.teams,
        "periods": PERIODS,
        "videos": max(1, size.lines // (2 * size.teams)),
        "each": 20,
    }
    with psycopg.connect(bed.urls.owner_url, autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute(_TEAMS, values)
        owner.execute(_PLANS)
        built = owner.execute(
            "select indexname, indexdef from pg_indexes where tablename = 'usage_entries' "
            "and indexname not like 'pk_%%'"
        ).fetchall()
        for name, _ in built:
            owner.execute(sql.SQL("drop index {}").format(sql.Identifier(name)))
        owner.execute(_LINES, values)
        owner.execute("set maintenance_work_mem = '512MB'")
        for _, definition in built:
            owner.execute(definition)
        owner.execute(_QUEUE, values)
        owner.execute("vacuum (analyze) usage_entries")
        owner.execute("analyze render_jobs")


async def add_asked(database: Database, bed: WebBed, size: LedgerSize) -> LedgerSeeded:
    """A workspace with as many lines in this period as its plan almost allows, and renders that
    wait for room."""
    team = await add_team(database, bed.settings.host, "asked", concurrent=CONCURRENT)
    limits = Limits(CONCURRENT, size.used, 100_000)
    storage = LocalStorage(bed.settings.media_folder)
    pages = [(f"https://a{n}.example/", f"https://b{n}.example/") for n in range(size.waiting)]
    campaign = await add_campaign(database, storage, team, _film(), pages)
    async with database.session(workspace_id=team.workspace_id) as session:
        await set_service_plan(session, sells=True)
        await set_limits(session, limits, plan_key="business")
        period_start = (await current_period(session)).start
    with psycopg.connect(bed.urls.owner_url, autocommit=True) as owner:
        owner.execute(
            _USED, {"team": team.workspace_id, "period_start": period_start, "videos": size.used}
        )
    await press_render(database, campaign)
    with psycopg.connect(bed.urls.owner_url, autocommit=True) as owner:
        found = owner.execute("select count(*) from usage_entries").fetchone()
        owner.execute("analyze usage_entries, renders, render_jobs, metered_scenes")
    return LedgerSeeded(int(found[0]) if found else 0, team, limits)


def _film() -> Film:
    """As the demo's: two personal scenes and a shared one. Nothing of it is recorded."""
    return Film(
        REPOSITORY / "samples" / "facecam.mp4",
        30.0,
        [
            {"id": "profile", "csv_column": "Page", "duration_s": 10.0},
            {"id": "company", "csv_column": "Site", "duration_s": 10.0},
            {"id": "product", "url": "https://example.com/", "duration_s": 10.0},
        ],
        {},
        {},
    )
