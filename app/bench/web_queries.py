"""How many statements a page asks of the database: the application in this process, counted."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import httpx
import structlog
from sqlalchemy import event

from app.asgi import create_app
from app.bench.web_bed import WebBed
from app.bench.web_client import Ask
from app.db.listen import News
from app.db.session import Database, open_engine
from app.storage.local import LocalStorage


def count_statements(bed: WebBed, asks: Sequence[Ask]) -> list[int]:
    """For each request; what opens and ends its transactions is not counted."""
    # Between the bench's own words a line for each request would be in the way.
    kept = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        return asyncio.run(_count(bed, asks))
    finally:
        structlog.configure(**kept)


async def _count(bed: WebBed, asks: Sequence[Ask]) -> list[int]:
    settings, engine = bed.settings, open_engine(bed.urls.app_url, pool_size=1)
    app: Any = create_app(settings, Database(engine), LocalStorage(settings.media_folder), News())
    counts, seen = [], 0

    def note(*_about: Any) -> None:
        nonlocal seen
        seen += 1

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        for ask in asks:
            seen = 0
            url = f"http://{ask.host}{ask.path}"
            (await client.get(url, headers={"cookie": ask.cookie})).raise_for_status()
            counts.append(seen)
    await engine.dispose()
    return counts
