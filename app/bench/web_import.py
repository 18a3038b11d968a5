"""A long list through the real way in, by a form and then the worker; judges nothing."""

import asyncio
import contextlib
import csv
import io
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import psutil
import psycopg

from app.bench.web_bed import WebBed
from app.bench.web_client import Ask, ask_once
from app.bench.web_seed import HEADERS, Seat, list_cells
from app.errors import LoomliteError

LOOK_S = 0.02  # a reader of few rows lives for a fifth of a second
LIMIT_S = 300.0
BOUNDARY = "----bench"


class ImportFailed(LoomliteError):
    """The list was not read; `str()` is what the campaign says of it."""


@dataclass
class Memory:
    """Proportional set sizes in bytes; `peak` is the largest sum of growth and children at once."""

    before: int
    peak: int = 0
    worker_growth: int = 0
    reader: int = 0

    def look(self, worker: psutil.Process) -> None:
        growth = max(0, worker.memory_full_info().pss - self.before)
        reader = 0
        for child in worker.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                reader += child.memory_full_info().pss
        self.worker_growth = max(self.worker_growth, growth)
        self.reader = max(self.reader, reader)
        self.peak = max(self.peak, growth + reader)


@dataclass(frozen=True)
class ListImport:
    """`wall_s`: from the first byte of the upload until the rows are there."""

    rows: int
    size_bytes: int
    wall_s: float
    memory: Memory


def import_list(bed: WebBed, seat: Seat, rows: int) -> ListImport:
    """Needs the web server; runs a worker of its own. Raises ImportFailed."""
    content, campaign_id = list_file(rows), seat.campaign_ids[0]
    with bed.running("worker") as worker, _watched(worker) as memory:
        began = time.monotonic()
        asyncio.run(_upload(bed, seat, campaign_id, content))
        _await_rows(bed.urls.owner_url, campaign_id, rows)
        wall_s = time.monotonic() - began
    return ListImport(rows, len(content), wall_s, memory)


def list_file(rows: int) -> bytes:
    """A CSV with eight columns and as many good rows."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADERS)
    writer.writerows(list_cells(number) for number in range(rows))
    return text.getvalue().encode()


async def _upload(bed: WebBed, seat: Seat, campaign_id: UUID, content: bytes) -> None:
    head = (
        f"--{BOUNDARY}\r\ncontent-disposition: form-data; "
        'name="file"; filename="leads.csv"\r\ncontent-type: text/csv\r\n\r\n'
    )
    ask = Ask(
        bed.host_of(seat),
        f"/campaigns/{campaign_id}/edit/leads/file",
        seat.cookie,
        method="POST",
        body=head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode(),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )
    await ask_once(bed.port, ask, status=303)


def _await_rows(owner_url: str, campaign_id: UUID, rows: int) -> None:
    query = "select leads_state, leads_problem, good_leads from campaigns where id = %s"
    deadline = time.monotonic() + LIMIT_S
    with psycopg.connect(owner_url, autocommit=True) as connection:
        while True:
            state, problem, good = connection.execute(query, [campaign_id]).fetchone() or (
                "",
                "",
                0,
            )
            if state != "importing":
                break
            if time.monotonic() > deadline:
                raise ImportFailed(f"not done after {LIMIT_S:.0f} s")
            time.sleep(LOOK_S)
    if (problem, good) != ("", rows):
        raise ImportFailed(problem or f"{good} of {rows} rows are good")


@contextlib.contextmanager
def _watched(worker: psutil.Process) -> Iterator[Memory]:
    memory, done = Memory(worker.memory_full_info().pss), threading.Event()

    def watch() -> None:
        while not done.wait(LOOK_S):
            memory.look(worker)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield memory
    finally:
        done.set()
        thread.join()
