"""The guard over real sockets: what it refuses is never dialled, what it passes on is whole."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.pipeline.browser.address_guard import AddressGuard, Blocked, DialFailure
from app.pipeline.browser.address_rules import AllowedAddress
from tests.pipeline.hostile import Canary, canary, name_server, scripted

LIMIT_S = 10  # far more than anything here takes; only a hang reaches it


@pytest.fixture
async def bird() -> AsyncIterator[Canary]:
    async with canary() as listening:
        yield listening


async def ask(guard: AddressGuard, text: str | bytes) -> bytes:
    """Everything the guard says to `text` until it hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", guard.port)
    try:
        writer.write(text.encode() if isinstance(text, str) else text)
        async with asyncio.timeout(LIMIT_S):
            return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


def connect(target: str) -> str:
    return f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n"


def get(target: str) -> str:
    return f"GET http://{target}/ HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n"


@asynccontextmanager
async def nothing_left_behind() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    assert asyncio.all_tasks() <= before


FORMS = [
    *("127.0.0.1", "127.0.0.2", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]"),
    *("[::7f00:1]", "localhost", "x.localhost", "LOCALHOST.", "127.0.0.1.", "%31%32%37.0.0.1"),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("say", [connect, get])
async def test_no_spelling_of_loopback_is_dialled(
    bird: Canary, form: str, say: Callable[[str], str]
) -> None:
    ports = frozenset({80, bird.port})  # so that only the address can be at fault
    async with nothing_left_behind(), AddressGuard(ports=ports) as guard:
        answer = await ask(guard, say(f"{form}:{bird.port}"))
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"\r\nX-Loomlite-Refused: private-address\r\n" in answer
    assert len(guard.blocked) == 1
    assert bird.connections == 0


@pytest.mark.parametrize("say", [connect, get])
async def test_the_canary_counts_when_it_is_allowed(
    bird: Canary, say: Callable[[str], str]
) -> None:
    allow = [AllowedAddress("127.0.0.1", bird.port)]
    async with nothing_left_behind(), AddressGuard(allow=allow) as guard:
        answer = await ask(guard, say(f"127.1:{bird.port}"))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert (bird.connections, guard.blocked) == (1, [])


ANSWERS = {
    "inner.test": [["127.0.0.1"]],
    "six.test": [["::1"]],
    "mapped.test": [["::ffff:7f00:1"]],
    "metadata.test": [["169.254.169.254"]],
    "mixed.test": [["8.8.8.8", "127.0.0.1"]],
    "mixed-six.test": [["8.8.8.8", "::1"]],
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_name_with_one_inner_answer_is_not_dialled(bird: Canary, name: str) -> None:
    ports = frozenset({bird.port})
    async with (
        name_server(ANSWERS) as names,
        AddressGuard(resolve=names.resolve, ports=ports) as guard,
    ):
        answer = await ask(guard, connect(f"{name}:{bird.port}"))
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert ip_address(guard.blocked[0].address) == ip_address(ANSWERS[name][0][-1])
    assert bird.connections == 0


async def test_an_answer_that_changes_is_judged_each_time(bird: Canary) -> None:
    """The first answer is allowed, the second not: what is dialled is what was judged."""
    zone = {"rebind.test": [["127.0.0.2"], ["127.0.0.1"]]}
    allow = [AllowedAddress("127.0.0.2", bird.port)]
    async with (
        name_server(zone) as names,
        AddressGuard(allow=allow, resolve=names.resolve) as guard,
    ):
        first = await ask(guard, get(f"rebind.test:{bird.port}"))
        assert names.asked == ["rebind.test"]
        second = await ask(guard, get(f"rebind.test:{bird.port}"))
    assert first.startswith(b"HTTP/1.1 200 ")
    assert second.startswith(b"HTTP/1.1 403 ")
    assert bird.by_address == {"127.0.0.2": 1}
    assert guard.blocked == [Blocked("rebind.test", bird.port, "127.0.0.1", "loopback")]


async def test_a_metadata_name_is_refused_unresolved() -> None:
    async with name_server({}) as names, AddressGuard(resolve=names.resolve) as guard:
        await ask(guard, get("metadata.google.internal"))
    assert names.asked == []
    assert guard.blocked == [Blocked("metadata.google.internal", 80, "", "cloud metadata")]


async def test_a_public_address_on_another_port_is_refused() -> None:
    async with AddressGuard() as guard:
        answer = await ask(guard, connect("8.8.8.8:25"))
    assert b"X-Loomlite-Refused: port\r\n" in answer
    assert guard.blocked == [Blocked("8.8.8.8", 25, "8.8.8.8", "port 25")]


async def test_allowing_one_port_allows_no_other(bird: Canary) -> None:
    allow = [AllowedAddress("127.0.0.1", bird.port - 1), AllowedAddress("127.0.0.2", bird.port)]
    async with AddressGuard(allow=allow) as guard:
        await ask(guard, get(f"127.0.0.1:{bird.port}"))
    assert bird.connections == 0


async def test_a_name_that_does_not_exist_is_told_apart() -> None:
    async with name_server({}) as names, AddressGuard(resolve=names.resolve) as guard:
        answer = await ask(guard, get("nowhere.test"))
    assert answer.startswith(b"HTTP/1.1 502 ")
    assert b"X-Loomlite-Refused: no-such-host\r\n" in answer
    assert guard.failures == [DialFailure("nowhere.test", 80, "no_such_host")]


async def test_a_closed_port_is_told_apart() -> None:
    async with canary() as gone:
        pass
    async with AddressGuard(allow=[AllowedAddress("127.0.0.1", gone.port)]) as guard:
        answer = await ask(guard, connect(f"127.0.0.1:{gone.port}"))
    assert b"X-Loomlite-Refused: refused\r\n" in answer
    assert guard.failures == [DialFailure("127.0.0.1", gone.port, "refused")]


async def test_a_name_server_that_is_silent_is_a_timeout() -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    async with AddressGuard(resolve=never, connect_timeout_s=0.01) as guard:
        answer = await ask(guard, connect("slow.test:443"))
    assert b"X-Loomlite-Refused: timeout\r\n" in answer
    assert guard.failures == [DialFailure("slow.test", 443, "timeout")]


async def test_the_guard_stops_after_so_many_bytes() -> None:
    flood = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000
    async with nothing_left_behind(), scripted(flood) as origin:
        allow = [AllowedAddress("127.0.0.1", origin.port)]
        async with AddressGuard(allow=allow, max_bytes=200_000) as guard:
            first = await ask(guard, get(f"127.0.0.1:{origin.port}"))
            second = await ask(guard, get(f"127.0.0.1:{origin.port}"))
    assert len(first) < 201_000
    assert b"X-Loomlite-Refused: too-much-data\r\n" in second
    assert [failure.kind for failure in guard.failures] == ["too_much_data"] * 2


async def test_closing_ends_every_open_tunnel_without_a_task_left() -> None:
    silence: asyncio.Event = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        silence.set()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with nothing_left_behind():
        async with AddressGuard(allow=[AllowedAddress("127.0.0.1", port)]) as guard:
            idle = await asyncio.open_connection("127.0.0.1", guard.port)
            open_one = await asyncio.open_connection("127.0.0.1", guard.port)
            open_one[1].write(connect(f"127.0.0.1:{port}").encode())
            await open_one[0].readuntil(b"\r\n\r\n")
        for reader, writer in (idle, open_one):
            with suppress(ConnectionError):
                assert await reader.read() == b""
            writer.close()
        await silence.wait()
    server.close()
    await server.wait_closed()


FLOOD = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 20_000_000


async def test_a_browser_that_does_not_read_holds_nothing_up() -> None:
    async with nothing_left_behind(), scripted(FLOOD) as origin:
        async with AddressGuard(allow=[AllowedAddress("127.0.0.1", origin.port)]) as guard:
            reader, writer = await asyncio.open_connection("127.0.0.1", guard.port, limit=1024)
            writer.write(get(f"127.0.0.1:{origin.port}").encode())
            await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()
        await origin.done.wait()


async def test_a_browser_that_vanishes_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    async with (
        nothing_left_behind(),
        scripted(FLOOD) as origin,
        AddressGuard(allow=[AllowedAddress("127.0.0.1", origin.port)]) as guard,
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", guard.port)
        writer.write(get(f"127.0.0.1:{origin.port}").encode())
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()
        async with asyncio.timeout(LIMIT_S):
            await origin.done.wait()  # the guard passed the hang-up on
    assert caplog.records == []


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.binary(max_size=200),
        st.builds(
            lambda start, rest: start + rest,
            st.sampled_from([b"GET http://127.0.0.1/", b"CONNECT [::1]:", b"GET / HTTP/1.1\r\n"]),
            st.binary(max_size=120),
        ),
    )
)
def test_garbage_is_answered_or_dropped_and_leaves_nothing(garbage: bytes) -> None:
    async def talk() -> None:
        async with nothing_left_behind(), AddressGuard(ports=frozenset()) as guard:
            reader, writer = await asyncio.open_connection("127.0.0.1", guard.port)
            writer.write(garbage)
            writer.write_eof()
            async with asyncio.timeout(LIMIT_S):
                answer = await reader.read()
            writer.close()
            assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5"))

    asyncio.run(talk())
