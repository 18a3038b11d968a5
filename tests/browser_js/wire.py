"""A wire between browser and server that can be cut, held and mended; knows only bytes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

PIECE_BYTES = 16 * 1024
WAIT_S = 20.0


class Wire:
    """Carries connections to `port`. The counts and limits are of bytes towards the server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.origin = ""
        self.carried_bytes = 0
        self.is_cut = False
        self._limit: tuple[int, str] | None = None
        self._open = asyncio.Event()
        self._open.set()
        self._reached = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()

    def hold_after(self, more_bytes: int) -> None:
        """After `more_bytes` nothing goes on until `mend`."""
        self._arm(more_bytes, "hold")

    def cut_after(self, more_bytes: int) -> None:
        """After `more_bytes` every connection breaks, and no new one is taken until `mend`."""
        self._arm(more_bytes, "cut")

    async def reached(self) -> None:
        """Waits until the limit was reached."""
        async with asyncio.timeout(WAIT_S):
            await self._reached.wait()

    def mend(self) -> None:
        self.is_cut = False
        self._open.set()

    def _arm(self, more_bytes: int, act: str) -> None:
        self._reached.clear()
        self._limit = (self.carried_bytes + more_bytes, act)

    def _act(self) -> None:
        if self._limit is None or self.carried_bytes < self._limit[0]:
            return
        _, act = self._limit
        self._limit = None
        if act == "hold":
            self._open.clear()
        else:
            self.is_cut = True
            for writer in self._writers:
                writer.transport.abort()
        self._reached.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the browser."""
        if self.is_cut:
            writer.transport.abort()
            return
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writers |= {writer, server_writer}
        try:
            up = asyncio.create_task(self._towards_server(reader, server_writer))
            with suppress(OSError):
                while piece := await server_reader.read(PIECE_BYTES):
                    writer.write(piece)
                    await writer.drain()
            up.cancel()
        finally:
            self._writers -= {writer, server_writer}
            for each in (writer, server_writer):
                each.close()

    async def _towards_server(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            with suppress(OSError):
                while piece := await reader.read(PIECE_BYTES):
                    await self._open.wait()
                    writer.write(piece)
                    await writer.drain()
                    self.carried_bytes += len(piece)
                    self._act()
        finally:
            writer.close()


@asynccontextmanager
async def wire_to(port: int) -> AsyncIterator[Wire]:
    wire = Wire(port)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    wire.origin = f"http://localhost:{server.sockets[0].getsockname()[1]}"
    try:
        yield wire
    finally:
        server.close()
        for writer in wire._writers:
            writer.transport.abort()


async def until(happened: Callable[[], bool]) -> None:
    """Lets others run until it has happened."""
    async with asyncio.timeout(WAIT_S):
        while not happened():  # noqa: ASYNC110 — it happens in another thread
            await asyncio.sleep(0)
