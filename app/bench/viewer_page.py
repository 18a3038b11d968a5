"""How many loads of a lead's page one web process answers, beside a bare Litestar that sends the
same text. One lead's page: what was opened lately is remembered, as of a link that goes round."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from uuid import uuid4

import psycopg

from app.bench.figures import Figure, Goal
from app.bench.web_bed import WebBed, open_web_bed
from app.bench.web_client import Ask
from app.bench.web_rounds import SMOKE, Effort, Say, take_rates

_BATCH = """
    insert into render_batches (id, workspace_id, campaign_id, campaign, videos, created_at)
    values (%(batch)s, %(workspace)s, %(campaign)s, %(frozen)s, 1, now())
"""
_RENDER = """
    insert into renders (id, workspace_id, campaign_id, batch_id, lead_id, public_id, row, name,
      email, company, cells, campaign_digest, lead_digest, state, is_latest, is_current,
      error_code, error, files, duration_s, created_at, ended_at)
    select gen_random_uuid(), workspace_id, campaign_id, %(batch)s, id, public_id, row, name,
      email, company, cells, '', '', 'completed', true, true, '', '', %(files)s, 45, now(), now()
    from leads where workspace_id = %(workspace)s and campaign_id = %(campaign)s
    order by row limit 1 returning public_id
"""


@dataclass(frozen=True)
class PageMeasured:
    """Answers a second, ours and the bare page's, round by round."""

    rates: Sequence[tuple[float, float]]


def bench_page(say: Say, *, quick: bool = False) -> PageMeasured:
    """On a service of its own. Raises LoomliteError where something could not be run."""
    with open_web_bed(1) as bed:
        say("A lead’s page beside a bare one")
        public_id = show_video(bed)
        with bed.running("web", bed.port):
            own = Ask(bed.host_of(bed.seeded.seats[0]), f"/v/{public_id}")
            return PageMeasured(take_rates(bed, own, SMOKE if quick else Effort()))


def show_video(bed: WebBed) -> str:
    """One lead has a finished video; the id of its link. Its files are named and not there."""
    seat = bed.seeded.seats[0]
    prefix = f"workspaces/{seat.workspace_id}/renders/bench"
    names = ("video.mp4", "light.mp4", "poster.jpg", "card.jpg")
    values = {
        "batch": uuid4(),
        "workspace": seat.workspace_id,
        "campaign": seat.campaign_ids[0],
        "frozen": json.dumps({"headers": [], "spec": {"output": {"width": 1920, "height": 1080}}}),
        "files": json.dumps({name: {"key": f"{prefix}/{name}", "bytes": 1} for name in names}),
    }
    with psycopg.connect(bed.urls.owner_url) as connection:
        connection.execute(_BATCH, values)
        row = connection.execute(_RENDER, values).fetchone()
    assert row is not None  # noqa: S101 - the seed gives every campaign leads
    return str(row[0])


def page_figures(measured: PageMeasured) -> list[Figure]:
    ours = median(rate for rate, _ in measured.rates)
    bare = median(rate for _, rate in measured.rates)
    return [
        Figure(
            "a lead’s page against a bare Litestar with the same text",
            [100 * own / other for own, other in measured.rates],
            "%",
            Goal(60, at_least=True),
            f"{ours:.0f}/s against {bare:.0f}/s, eight at once, in turns",
            0,
        )
    ]
