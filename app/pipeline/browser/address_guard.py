"""The loopback proxy all browser traffic passes: it dials only what the address rules let through.

A name is resolved once, every answer is judged, and the judged address is the one dialled, so an
answer that changes between check and use (DNS rebinding) has nothing to change. Redirects,
subresources, workers and WebSockets are requests like any other here. TLS stays end to end.
"""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from types import TracebackType
from typing import Literal, Self

import psutil

from app.pipeline.browser.address_rules import AllowedAddress, refusal, refused_name
from app.pipeline.browser.proxy_messages import (
    HEAD_BYTES,
    MessageError,
    Request,
    read_request,
)
from app.pipeline.browser.proxy_relay import Stream, forward, send_refusal, tunnel

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port to numeric addresses, in order of preference; raises OSError."""

FailureKind = Literal["no_such_host", "refused", "timeout", "unreachable", "too_much_data"]

WEB_PORTS = frozenset({80, 443, 8080, 8443})
MAX_BYTES = 1 << 30  # per guard; a heavy page moves about 50 MB, an endless download everything
_DIALS = 4  # of a name's addresses, each with its share of the time

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Blocked:
    """A target that was refused; `address` is the answer at fault, or "" if none was asked for."""

    host: str
    port: int
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class DialFailure:
    """A target that was let through and could not be reached."""

    host: str
    port: int
    kind: FailureKind


class _NoEntryError(Exception):
    """The browser gets this `status`, and `word` in our header, instead of an answer."""

    def __init__(self, status: str, word: str, text: str) -> None:
        super().__init__(text)
        self.status, self.word = status, word


class _TooMuchDataError(Exception):
    """The guard has moved all the bytes it may."""


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """What the operating system answers, in its order (RFC 6724). Raises `socket.gaierror`."""
    loop = asyncio.get_running_loop()
    # As bytes: a str would pass Python's own IDNA codec, which fails where Chromium does not.
    found = await loop.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class AddressGuard:
    """An async context manager: the proxy listens inside it, and nothing of it is left after it.

    `allow` names targets the rules do not apply to, as the browser asks for them or numerically;
    `ports` are those any other target may have. `blocked` and `failures` grow in order of events.
    """

    def __init__(
        self,
        *,
        allow: Sequence[AllowedAddress] = (),
        resolve: Resolver = resolve_by_system,
        connect_timeout_s: float = 10,
        max_bytes: int = MAX_BYTES,
        ports: frozenset[int] = WEB_PORTS,
    ) -> None:
        self.port = 0
        self.moved_bytes = 0
        self.blocked: list[Blocked] = []
        self.failures: list[DialFailure] = []
        self._allow = frozenset(allow)
        self._resolve = resolve
        self._connect_timeout_s = connect_timeout_s
        self._max_bytes = max_bytes
        self._ports = ports
        self._own: frozenset[str] = frozenset()
        self._connections: set[asyncio.Task[None]] = set()
        self._streams: set[Stream] = set()

    async def __aenter__(self) -> Self:
        self._own = frozenset(
            entry.address
            for entries in psutil.net_if_addrs().values()
            for entry in entries
            if entry.family in {socket.AF_INET, socket.AF_INET6}
        )
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", 0, limit=HEAD_BYTES, backlog=256
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        for task in self._connections:
            task.cancel()
        for _, writer in self._streams:
            writer.transport.abort()  # a peer that no longer reads would hold up the closing
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()

    def chromium_arguments(self) -> list[str]:
        """The arguments that leave Chromium no way around the proxy."""
        return [
            f"--proxy-server=http://127.0.0.1:{self.port}",
            # Without this, loopback and link-local targets (the metadata address) go past it.
            "--proxy-bypass-list=<-loopback>",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            "--disable-quic",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--dns-prefetch-disable",
            "--disable-background-networking",
            "--disable-component-update",
            "--no-pings",
        ]

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._server.is_serving():  # it knocked while we were closing
            writer.transport.abort()
            return
        self._streams.add((reader, writer))  # a task that is cancelled unstarted closes nothing
        task = asyncio.create_task(self._serve((reader, writer)))
        self._connections.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._connections.discard(task)
        if not task.cancelled() and (error := task.exception()):
            _log.error("guard.connection_failed", exc_info=error)

    @asynccontextmanager
    async def _closing(self, stream: Stream) -> AsyncIterator[None]:
        """Close on leaving, after what was written has been sent; `__aexit__` does not wait."""
        self._streams.add(stream)
        try:
            yield
        finally:
            stream[1].close()
            with suppress(OSError):
                await stream[1].wait_closed()
            self._streams.discard(stream)

    async def _serve(self, browser: Stream) -> None:
        # Either end may vanish or talk nonsense at any moment; the other then sees a hang-up.
        with suppress(OSError, EOFError, MessageError, _TooMuchDataError):
            async with self._closing(browser):
                while await self._exchange(browser):
                    pass

    async def _exchange(self, browser: Stream) -> bool:
        """Serve one request; False when the browser's connection cannot carry another."""
        try:
            request = await read_request(browser[0])
            if request is None:
                return False
            addresses = await self._judged_addresses(request)
            origin = await self._dial(request, addresses)
        except MessageError as error:
            await send_refusal(browser, "400 Bad Request", "bad-request", str(error))
            return False
        except _NoEntryError as error:
            await send_refusal(browser, error.status, error.word, str(error))
            return False
        count = self._counter(request)
        async with self._closing(origin):
            if request.method != "CONNECT":
                return await forward(request, browser, origin, count)
            browser[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await tunnel(browser, origin, count)
            return False

    async def _judged_addresses(self, target: Request) -> list[str]:
        """The target's addresses when every one of them may be dialled."""
        host, port = target.host, target.port
        free = AllowedAddress(host, port) in self._allow
        if not free and (reason := refused_name(host)):
            raise self._refused(target, "", reason)
        answers = [host] if _is_address(host) else await self._resolved(target)
        for answer in answers:
            if free or AllowedAddress(answer, port) in self._allow:
                continue
            if reason := refusal(answer, self._own):
                raise self._refused(target, answer, reason)
            if port not in self._ports:
                raise self._refused(target, answer, f"port {port}", word="port")
        return answers

    async def _resolved(self, target: Request) -> list[str]:
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                answers = await self._resolve(target.host, target.port)
        except TimeoutError as error:
            raise self._failed(target, "timeout") from error
        except OSError as error:
            # EAI_AGAIN is a name server that did not answer in time: worth another try.
            again = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
            raise self._failed(target, "timeout" if again else "no_such_host") from error
        if not answers:
            raise self._failed(target, "no_such_host")
        return [str(ip_address(answer)) for answer in answers]

    async def _dial(self, target: Request, addresses: Sequence[str]) -> Stream:
        """Connect to the first of these very addresses that answers; nothing is looked up here."""
        if self.moved_bytes > self._max_bytes:
            raise self._failed(target, "too_much_data")
        kind: FailureKind = "unreachable"
        dialled = addresses[:_DIALS]
        for address in dialled:
            try:
                async with asyncio.timeout(self._connect_timeout_s / len(dialled)):
                    return await asyncio.open_connection(address, target.port, limit=HEAD_BYTES)
            except TimeoutError:
                kind = "timeout"
            except ConnectionRefusedError:
                kind = "refused"
            except OSError:
                continue
        raise self._failed(target, kind)

    def _counter(self, target: Request) -> Callable[[int], None]:
        def count(moved_bytes: int) -> None:
            self.moved_bytes += moved_bytes
            if self.moved_bytes > self._max_bytes:
                self._failed(target, "too_much_data")
                raise _TooMuchDataError

        return count

    def _refused(
        self, target: Request, address: str, reason: str, *, word: str = "private-address"
    ) -> _NoEntryError:
        self.blocked.append(Blocked(target.host, target.port, address, reason))
        _log.warning("guard.refused host=%s port=%d reason=%s", target.host, target.port, reason)
        return _NoEntryError("403 Forbidden", word, reason)

    def _failed(self, target: Request, kind: FailureKind) -> _NoEntryError:
        self.failures.append(DialFailure(target.host, target.port, kind))
        return _NoEntryError("502 Bad Gateway", kind.replace("_", "-"), kind)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
