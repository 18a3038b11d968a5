"""Many open progress pages: what they cost at rest, and how soon a render's step reaches them."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psutil
import psycopg

from app.bench.service_cpu import cpu_s
from app.bench.service_seed import Team
from app.bench.web_bed import WebBed
from app.bench.web_client import Ask, Unexpected
from app.db.listen import CHANNEL, PROGRESS

ANSWER_WITHIN_S = 30.0
SETTLES_S = 2.0  # what opening them set off is over


@dataclass(frozen=True)
class Page:
    """One open stream of a team's."""

    team: Team
    reader: asyncio.StreamReader

    async def await_event(self, name: str) -> str:
        """The data of the next event of this name."""
        wanted = f"event: {name}".encode()
        async with asyncio.timeout(ANSWER_WITHIN_S):
            while (await self.reader.readline()).strip() != wanted:
                pass
            return (await self.reader.readline()).decode().partition(":")[2].strip()


@dataclass
class Streams:
    """`idle_cpu`: shares of one core. `news_s`: from NOTIFY until a whole team's pages have it."""

    pages: int
    teams: int
    idle_cpu: list[float] = field(default_factory=list)
    news_s: list[float] = field(default_factory=list)
    memory_bytes: int = 0


async def measure_streams(
    bed: WebBed, web: psutil.Process, teams: Sequence[Team], *, pages: int, idle_s: float, news: int
) -> Streams:
    """Each team has an equal part of the pages. Raises Unexpected, TimeoutError."""
    taken = Streams(pages, len(teams))
    memory = web.memory_full_info().pss
    asked = [teams[number % len(teams)] for number in range(pages)]
    async with _open_pages(bed, asked) as opened:
        await asyncio.sleep(SETTLES_S)
        taken.memory_bytes = web.memory_full_info().pss - memory
        for _ in range(2):
            before, began = cpu_s(web), time.monotonic()
            await asyncio.sleep(idle_s / 2)
            taken.idle_cpu.append((cpu_s(web) - before) / (time.monotonic() - began))
        async with await psycopg.AsyncConnection.connect(
            bed.urls.app_url, autocommit=True
        ) as connection:
            for number in range(news):
                team = teams[number % len(teams)]
                of_team = [page for page in opened if page.team is team]
                taken.news_s.append(await _tell(connection, of_team, number))
    return taken


async def _tell(connection: psycopg.AsyncConnection, pages: Sequence[Page], number: int) -> float:
    """A step of a render, as a worker tells it, until the last page of the team has it."""
    waiting = [asyncio.create_task(page.await_event(PROGRESS)) for page in pages]
    text = f'{{"render_id": "{number}", "share": 0.5, "step": "recording"}}'
    began = time.monotonic()
    await connection.execute(
        "select pg_notify(%s, %s)", [CHANNEL, f"{pages[0].team.workspace_id} {PROGRESS} {text}"]
    )
    for data in await asyncio.gather(*waiting):
        if data != text:
            raise Unexpected(f"a page was told {data!r} instead of {text!r}")
    return time.monotonic() - began


@asynccontextmanager
async def _open_pages(bed: WebBed, asked: Sequence[Team]) -> AsyncIterator[list[Page]]:
    writers: list[asyncio.StreamWriter] = []
    try:
        opened = []
        for team in asked:
            reader, writer = await asyncio.open_connection("127.0.0.1", bed.port)
            writers.append(writer)
            writer.write(Ask(f"{team.slug}.{bed.settings.host}", "/live", team.cookie).lines())
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), ANSWER_WITHIN_S)
            if b" 200 " not in head.split(b"\r\n", 1)[0]:
                raise Unexpected(f"/live was answered with {head[:40]!r}")
            opened.append(Page(team, reader))
        for page in opened:
            await page.await_event("renewed")
        yield opened
    finally:
        for writer in writers:
            writer.close()
