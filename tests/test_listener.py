"""The web server's socket: what is written to it leaves at once."""

import asyncio
import socket
from pathlib import Path

from app.listening import open_listener
from app.settings import load_settings
from tests.running import free_port


async def test_an_answer_is_sent_at_once(tmp_path: Path) -> None:
    settings = load_settings({"LOOMLITE_VAR": str(tmp_path), "PORT": str(free_port())})
    at_once: list[int] = []

    async def note(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        at_once.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    with open_listener(settings) as listener:
        async with await asyncio.start_server(note, sock=listener):
            reader, writer = await asyncio.open_connection("127.0.0.1", settings.port)
            await reader.read()
            writer.close()
    assert at_once == [1]
