"""One stream of events per page: the names of things that changed; pages fetch what they show.

Events are called `kind-id`, such as `facecam-0193…`, and `renewed` when some may have been missed.
The event `progress` alone has data: JSON that app/renders/progress.py describes.
A part listens with `hx-trigger="facecam-… from:#live, renewed from:#live"`.
"""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

from litestar.response import ServerSentEventMessage

from app.db.listen import RENEWED, News

# Proxies close what is silent for a minute.
PING_EVERY_S = 15


async def stream_of(news: News, workspace_id: UUID) -> AsyncGenerator[ServerSentEventMessage, None]:
    """Events for this workspace until the browser goes."""
    async with news.subscribe(workspace_id) as queue:
        # What changed since the page was read, or while its connection was lost, went unheard.
        yield ServerSentEventMessage(event=RENEWED, data="")
        while True:
            try:
                what = await asyncio.wait_for(queue.get(), PING_EVERY_S)
            except TimeoutError:
                yield ServerSentEventMessage(comment="ping", data=None)
            else:
                event, _, data = what.partition(" ")
                yield ServerSentEventMessage(event=event, data=data)
