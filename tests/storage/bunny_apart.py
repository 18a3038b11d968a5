"""Bunny as a process of its own, for tests that look at their own memory: prints its address."""

import asyncio

from tests.storage.bunny_server import BunnyServer
from tests.storage.http_server import serving


async def serve() -> None:
    server = BunnyServer()
    async with serving(server):
        print(server.url, flush=True)  # noqa: T201
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
