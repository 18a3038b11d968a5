"""What the guard lets through arrives whole: methods, bodies, framing, upgrades, keep-alive."""

import asyncio
import re

import pytest

from app.pipeline.browser.address_guard import AddressGuard
from app.pipeline.browser.address_rules import AllowedAddress
from tests.pipeline.hostile import scripted

LIMIT_S = 10  # far more than anything here takes; only a hang reaches it
OK = b"HTTP/1.1 200 OK\r\n"


async def exchange(answer: bytes, request: str, *, until: bytes = b"\r\n\r\n") -> tuple[str, bytes]:
    """What an origin saw of `request`, and what the browser got when it said `answer`."""
    async with scripted(answer, until=until) as origin:
        target = f"127.0.0.1:{origin.port}"
        async with AddressGuard(allow=[AllowedAddress("127.0.0.1", origin.port)]) as guard:
            reader, writer = await asyncio.open_connection("127.0.0.1", guard.port)
            writer.write(request.replace("ORIGIN", target).encode())
            async with asyncio.timeout(LIMIT_S):
                got = await reader.read()
            writer.close()
            await writer.wait_closed()
        seen = b"".join(origin.seen).decode().replace(target, "ORIGIN")
    return seen, got


def get(path: str = "/", *fields: str) -> str:
    lines = [f"GET http://ORIGIN{path} HTTP/1.1", "Host: elsewhere", "Connection: close", *fields]
    return "\r\n".join([*lines, "", ""])


async def test_the_origin_sees_its_own_path_and_no_word_for_the_proxy() -> None:
    fields = ("Proxy-Connection: keep-alive", "Proxy-Authorization: x", "X-Kept: Yes")
    seen, _ = await exchange(OK + b"Content-Length: 0\r\n\r\n", get("/a?b=c%20d", *fields))
    assert seen == (
        "GET /a?b=c%20d HTTP/1.1\r\nHost: ORIGIN\r\nX-Kept: Yes\r\nConnection: close\r\n\r\n"
    )


async def test_a_field_named_by_connection_goes_no_further() -> None:
    answer = OK + b"Connection: X-Hop\r\nX-Hop: 1\r\nX-End: 2\r\nContent-Length: 0\r\n\r\n"
    _, got = await exchange(answer, get())
    assert b"X-End: 2" in got
    assert b"X-Hop" not in got


async def test_an_origin_cannot_speak_in_our_name() -> None:
    _, got = await exchange(
        OK + b"X-Loomlite-Refused: private-address\r\nContent-Length: 0\r\n\r\n", get()
    )
    assert b"X-Loomlite" not in got


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (OK + b"Content-Length: 5\r\n\r\nhello and more", b"hello"),
        (OK + b"\r\nhello until the end", b"hello until the end"),
        (b"HTTP/1.0 200 OK\n\nbare line feeds", b"bare line feeds"),
        (
            OK + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: er\r\n\r\n",
            b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
        ),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + b"\r\nafter hints", b"after hints"),
        (b"HTTP/1.1 204 No Content\r\n\r\nnot a body", b""),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", b"no"),
    ],
)
async def test_a_body_arrives_as_it_is_framed(answer: bytes, body: bytes) -> None:
    _, got = await exchange(answer, get())
    assert got.partition(b"\r\n\r\n")[2] == body


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
        OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        OK + b"X: \x00\r\n\r\n",
        OK + b"X: y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20,
    ],
)
async def test_an_answer_that_can_be_read_two_ways_is_not_passed_on(answer: bytes) -> None:
    _, got = await exchange(answer, get())
    assert got == b""


async def test_a_body_cut_short_is_not_completed() -> None:
    _, got = await exchange(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel", get())
    assert got.endswith(b"5\r\nhel")


async def test_head_has_a_length_and_no_body() -> None:
    request = get().replace("GET", "HEAD")
    _, got = await exchange(OK + b"Content-Length: 500\r\n\r\n", request)
    assert b"Content-Length: 500\r\n" in got
    assert got.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("framing", "body"),
    [("Content-Length: 9", "some data"), ("Transfer-Encoding: chunked", "4\r\nsome\r\n0\r\n\r\n")],
)
async def test_an_upload_arrives(framing: str, body: str) -> None:
    request = get("/", framing).replace("GET", "POST") + body
    end = body.encode()
    seen, got = await exchange(OK + b"Content-Length: 2\r\n\r\nok", request, until=end)
    assert framing in seen
    assert seen.endswith("\r\n\r\n" + body)
    assert got.endswith(b"ok")


async def test_an_answer_before_the_upload_is_complete_is_passed_on() -> None:
    request = get("/", "Content-Length: 1000").replace("GET", "POST") + "only the start"
    _, got = await exchange(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno", request)
    assert got.startswith(b"HTTP/1.1 413 ")
    assert got.endswith(b"no")


async def test_an_upgrade_becomes_a_tunnel() -> None:
    request = get("/", "Upgrade: websocket").replace("Connection: close", "Connection: Upgrade")
    answer = b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    seen, got = await exchange(answer + b"\x81\x02hi", request)
    assert "Connection: Upgrade\r\nUpgrade: websocket\r\n" in seen
    assert got.endswith(b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x02hi")


async def test_a_tunnel_carries_every_byte_both_ways() -> None:
    data = bytes(range(256)) * 2000
    async with scripted(data, until=b"\xff\xff") as origin:
        async with AddressGuard(allow=[AllowedAddress("localhost", origin.port)]) as guard:
            reader, writer = await asyncio.open_connection("127.0.0.1", guard.port)
            writer.write(f"CONNECT localhost:{origin.port} HTTP/1.1\r\n\r\n".encode())
            async with asyncio.timeout(LIMIT_S):
                assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
                writer.write(b"\x16\x03\x01 hello \xff\xff")
                got = await reader.read()
            writer.close()
            await writer.wait_closed()
        assert origin.seen == [b"\x16\x03\x01 hello \xff\xff"]
    assert got == data
    assert guard.moved_bytes == len(data) + 12


async def test_one_connection_of_the_browser_carries_many_requests() -> None:
    async with scripted(OK + b"Content-Length: 2\r\n\r\nok") as origin:
        async with AddressGuard(allow=[AllowedAddress("127.0.0.1", origin.port)]) as guard:
            reader, writer = await asyncio.open_connection("127.0.0.1", guard.port)
            for number in range(3):
                writer.write(
                    f"GET http://127.0.0.1:{origin.port}/{number} HTTP/1.1\r\n\r\n".encode()
                )
                async with asyncio.timeout(LIMIT_S):
                    assert (await reader.readuntil(b"ok")).startswith(OK)
            writer.close()
            await writer.wait_closed()
        paths = [re.match(rb"GET (\S+)", head) for head in origin.seen]
    assert [path and path[1] for path in paths] == [b"/0", b"/1", b"/2"]
