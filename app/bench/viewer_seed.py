"""Years of visits for the bench, made inside of the database; it asks nothing of the application
but its tables.

One workspace gets all of them: what a page reads is bounded by its own workspace.
"""

from dataclasses import dataclass
from uuid import UUID

import psycopg

VIDEO_S = 36
EVENTS_OF_A_VISIT = 10
VISITS_OF_A_LEAD = 4
DAYS = 365


@dataclass(frozen=True)
class Visited:
    """What there is now, and some videos to look at: (campaign, render)."""

    visits: int
    events: int
    leads: int
    videos: list[tuple[UUID, UUID]]


def seed_visits(owner_url: str, workspace_id: UUID, events: int) -> Visited:
    """About so many events, with the visits, videos and sums that belong to them."""
    with psycopg.connect(owner_url) as connection:
        # Without triggers: nothing here can refer to what is not there, and a look at each row
        # takes minutes.
        connection.execute("set session_replication_role = replica")
        connection.execute(
            "select make_visit_partitions(current_date - %s, current_date)", (DAYS + 31,)
        )
        campaigns = connection.execute(
            "select count(*) from campaigns where workspace_id = %s", (workspace_id,)
        ).fetchone()
        assert campaigns is not None  # noqa: S101 - a count
        own = {
            "own": workspace_id,
            "leads": max(1, events // (EVENTS_OF_A_VISIT * VISITS_OF_A_LEAD * campaigns[0])),
            "visits": VISITS_OF_A_LEAD,
            "events": EVENTS_OF_A_VISIT,
            "days": DAYS,
            "video_s": VIDEO_S,
        }
        for statement in STATEMENTS:
            connection.execute(statement, own)
        counted = connection.execute(
            "select (select count(*) from visits), (select count(*) from visit_events), "
            "(select count(*) from lead_views)"
        ).fetchone()
        videos = connection.execute(
            "select campaign_id, id from renders where workspace_id = %s limit 1000",
            (workspace_id,),
        ).fetchall()
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
    assert counted is not None  # noqa: S101 - counts
    visits, told, leads = counted
    return Visited(visits, told, leads, [(row[0], row[1]) for row in videos])


STATEMENTS = (
    """
    insert into render_batches (id, created_at, workspace_id, campaign_id, campaign, videos)
    select gen_random_uuid(), now(), workspace_id, id, jsonb_build_object(
      'spec', jsonb_build_object('scenes', scenes)), %(leads)s
    from campaigns where workspace_id = %(own)s
    """,
    """
    insert into renders (id, created_at, workspace_id, campaign_id, batch_id, public_id, row, name,
      email, company, cells, campaign_digest, lead_digest, state, is_latest, is_current, error_code,
      error, files, duration_s, ended_at)
    select gen_random_uuid(), now(), b.workspace_id, b.campaign_id, b.id,
      left(md5(b.id::text || n), 24), n + 1, 'Person ' || n, 'person' || n || '@example.com',
      'Company ' || n, '[]', '', '', 'completed', true, true, '', '',
      '{"video.mp4": {"key": "none", "bytes": 1}}', %(video_s)s + 0.5, now()
    from render_batches b, generate_series(1, %(leads)s) n where b.workspace_id = %(own)s
    """,
    # Of seven visits one is a scanner's; of the others a third watches all of it.
    """
    insert into visits (workspace_id, id, campaign_id, public_id, render_id, kind, reason,
      opened_at, last_seen_at, device, browser, referrer_host, duration_s, played_at, half_at,
      ended_at, clicked_at, booked_at, watched, watched_s, played_s, seconds, position_s)
    select workspace_id, gen_random_uuid(), campaign_id, public_id, id,
      case when is_person then 'person' else 'scanner' end,
      case when is_person then '' else 'agent' end, moment,
      moment + make_interval(secs => to_s), 'phone', 'Safari', 'mail.example.com', %(video_s)s,
      case when to_s > 3 then moment end,
      case when to_s >= %(video_s)s / 2 then moment end,
      case when to_s = %(video_s)s then moment end,
      case when to_s = %(video_s)s and chance < 0.2 then moment end,
      case when to_s = %(video_s)s and chance < 0.1 then moment end,
      int4multirange(int4range(0, to_s)), to_s, to_s, array_fill(1::int2, array[to_s]), to_s
    from (
      select *, case when not is_person then 0
        when chance < 0.34 then %(video_s)s else (chance * %(video_s)s)::int end to_s
      from (
        select r.*, random() chance, v %% 7 <> (r.row %% 7) is_person,
          now() - random() * make_interval(days => %(days)s) as moment
        from renders r, generate_series(1, %(visits)s) v where r.workspace_id = %(own)s
      ) drawn
    ) made
    """,
    """
    insert into visit_events (workspace_id, visit_id, number, opened_at, kind, at_ms, from_s, to_s)
    select workspace_id, id, n, opened_at, 'range', n * 4000, n * 4, n * 4 + 4
    from visits, generate_series(0, %(events)s - 1) n where workspace_id = %(own)s
    """,
    """
    insert into lead_views (workspace_id, public_id, campaign_id, render_id, opens, scanner_opens,
      first_opened_at, last_seen_at, played_at, half_at, ended_at, clicked_at, booked_at,
      duration_s, watched_s, watched_share, played_s)
    select workspace_id, public_id, campaign_id, render_id,
      count(*) filter (where kind = 'person'), count(*) filter (where kind = 'scanner'),
      min(opened_at) filter (where kind = 'person'), max(last_seen_at), min(played_at),
      min(half_at), min(ended_at), min(clicked_at), min(booked_at), %(video_s)s, max(watched_s),
      max(watched_s)::real / %(video_s)s, sum(played_s)
    from visits where workspace_id = %(own)s group by 1, 2, 3, 4
    """,
    """
    insert into campaign_reach (workspace_id, campaign_id, opened, played, half, ended, clicked,
      booked)
    select workspace_id, campaign_id, count(first_opened_at), count(played_at), count(half_at),
      count(ended_at), count(clicked_at), count(booked_at)
    from lead_views where workspace_id = %(own)s group by 1, 2
    """,
    """
    insert into view_days (workspace_id, campaign_id, day, opens, plays, halves, ends, clicks,
      bookings, scanner_opens, watched_s)
    select workspace_id, campaign_id, (opened_at at time zone 'UTC')::date,
      count(*) filter (where kind = 'person'), count(played_at), count(half_at), count(ended_at),
      count(clicked_at), count(booked_at), count(*) filter (where kind = 'scanner'), sum(watched_s)
    from visits where workspace_id = %(own)s group by 1, 2, 3
    """,
    """
    insert into view_heats (workspace_id, public_id, render_id, campaign_id, seconds)
    select workspace_id, public_id, render_id, campaign_id, array_fill(2, array[%(video_s)s])
    from lead_views where workspace_id = %(own)s
    """,
    """
    insert into campaign_heats (workspace_id, campaign_id, seconds)
    select workspace_id, campaign_id, array_agg(seen order by second) from (
      select v.workspace_id, v.campaign_id, s as second,
        count(*) filter (where v.watched_s > s)::int as seen
      from visits v, generate_series(0, %(video_s)s - 1) s
      where v.workspace_id = %(own)s group by 1, 2, 3
    ) counted group by 1, 2
    """,
)
