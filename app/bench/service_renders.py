"""Presses Render like a browser and watches what becomes of it; it judges nothing."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import psycopg

from app.bench.service_seed import Film, Ready, Team, add_campaign
from app.bench.web_bed import WebBed
from app.bench.web_client import Ask, ask_once
from app.db.listen import CHANNEL, PROGRESS
from app.db.session import Database, open_engine
from app.errors import LoomliteError
from app.storage.local import LocalStorage

LIMIT_S = 900.0
LOOK_S = 0.05


class RenderNotMade(LoomliteError):
    """A render of the bench came to nothing; `str()` says why."""


@dataclass(frozen=True)
class Click:
    """`answered_s`: until the page's answer; `started_s`: until a worker began on the render."""

    answered_s: float
    started_s: float


async def add_ready(bed: WebBed, team: Team, film: Film, pages: Sequence[tuple[str, str]]) -> Ready:
    """A campaign that can be rendered, with one lead for each pair of addresses."""
    database = Database(open_engine(bed.urls.app_url))
    try:
        storage = LocalStorage(bed.settings.media_folder)
        return await add_campaign(database, storage, team, film, pages)
    finally:
        await database.close()


async def click_render(bed: WebBed, ready: Ready) -> float:
    """Seconds until the press of Render for all leads is answered: all are queued then."""
    team = ready.team
    ask = Ask(
        f"{team.slug}.{bed.settings.host}",
        f"/campaigns/{ready.campaign_id}/render",
        team.cookie,
        method="POST",
        body=b"which=all",
        content_type="application/x-www-form-urlencoded",
    )
    return (await ask_once(bed.port, ask, status=303)).took_s


async def click_and_watch(bed: WebBed, ready: Ready) -> Click:
    """Needs a worker that is free. Raises RenderNotMade, TimeoutError."""
    async with await psycopg.AsyncConnection.connect(
        bed.urls.app_url, autocommit=True
    ) as connection:
        await connection.execute(f"listen {CHANNEL}".encode())
        began = time.monotonic()
        clicking = asyncio.create_task(click_render(bed, ready))
        async with asyncio.timeout(LIMIT_S):
            async for each in connection.notifies():
                what, _, text = each.payload.partition(" ")[2].partition(" ")
                if what == PROGRESS and json.loads(text)["campaign"] == str(ready.campaign_id):
                    break
        started_s = time.monotonic() - began
        return Click(await clicking, started_s)


async def ended_s(bed: WebBed, campaign_id: UUID) -> list[float]:
    """When each of the campaign's renders ended, in seconds after they were asked for, in order.

    Waits until all have. Raises RenderNotMade.
    """
    query = (
        "select state, error, extract(epoch from ended_at - created_at)::float from renders "
        "where campaign_id = %s order by ended_at"
    )
    deadline = time.monotonic() + LIMIT_S
    async with await psycopg.AsyncConnection.connect(
        bed.urls.owner_url, autocommit=True
    ) as connection:
        while time.monotonic() < deadline:
            rows = await (await connection.execute(query, [campaign_id])).fetchall()
            if rows and all(row[2] is not None for row in rows):
                for state, error, _ in rows:
                    if state != "completed":
                        raise RenderNotMade(f"A render of the bench is {state}: {error}")
                return [row[2] for row in rows]
            await asyncio.sleep(LOOK_S)
    raise RenderNotMade(f"The renders of the bench were not done after {LIMIT_S:.0f} s.")


def bare_insert_s(bed: WebBed, rows: int) -> float:
    """As many rows of the size of a render, into a table of nothing but them."""
    with psycopg.connect(bed.urls.owner_url, autocommit=True) as connection:
        connection.execute("create table bare (id uuid, at timestamptz, cells jsonb, text text)")
        began = time.monotonic()
        connection.execute(
            "insert into bare select gen_random_uuid(), now(), cells, repeat('x', 200) from leads "
            "limit %s", [rows],
        )  # fmt: skip
        took_s = time.monotonic() - began
        connection.execute("drop table bare")
    return took_s


def forget_renders(bed: WebBed) -> None:
    """As if none had been asked for."""
    with psycopg.connect(bed.urls.owner_url, autocommit=True) as connection:
        connection.execute("truncate render_batches, usage_entries cascade")
        connection.execute("vacuum analyze")
