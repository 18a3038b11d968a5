"""A small real site on loopback with every kind of bad page; knows nothing of browsers or of us."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("bad_site.pem")  # self-signed, for this site alone
TLS_HELLO = b"\x16"
PORT = "PORT5"  # stands for the site's own port, and is as long, for Content-Length
WORDS = "<p>" + "Plain words that make this a page worth looking at. " * 4
TALL = "".join(
    f"<section style='height:900px'><h2>Part {n}</h2>{WORDS}</section>" for n in range(4)
)

Answer = Callable[["BadSite", asyncio.StreamWriter], Awaitable[None]]


def html(body: str, *, status: str = "200 OK", headers: str = "", charset: str = "utf-8") -> bytes:
    """One whole answer. Nothing is kept alive, so that every request is seen."""
    data = f"<!doctype html>{body}".encode(charset)
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
        f"{headers}Content-Length: {len(data)}\r\n\r\n"
    ).encode() + data


def file(kind: str, *, headers: str = "") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n{headers}"
    return f"{head}Content-Length: 4\r\n\r\nbody".encode()


def script(code: str, body: str = WORDS) -> bytes:
    return html(f"<title>first</title>{body}<script>{code}</script>")


def moved(target: str) -> bytes:
    return html("", status="302 Found", headers=f"Location: {target}\r\n")


STATUSES = {
    f"/{code}": html(f"<title>{code}</title>{WORDS}", status=f"{code} Said So")
    for code in (403, 404, 429, 500, 503, 999)
}
FILES = {
    "/zip": file("application/zip"),
    "/pdf": file("application/pdf"),
    "/attachment": file("text/html", headers="Content-Disposition: attachment; filename=a\r\n"),
    "/json": file("application/json"),
}
WALLS = {
    "/auth": html(
        WORDS, status="401 Unauthorized", headers='WWW-Authenticate: Basic realm="x"\r\n'
    ),
    "/in/somebody": moved("/authwall?trk=x"),
    "/authwall": html("<title>Sign up</title><h1>Join to see who you already know</h1>"),
    "/account/orders": html("<h1>Welcome back</h1><form><input type=password></form>"),
    "/login": html("<h1>Welcome to our portal</h1><form><input type=password></form>"),
    "/app/board": script(
        "history.replaceState(0, '', '/users/sign_in')", "<h1>Log in to go on</h1>"
    ),
    "/article": html(f"<h1>An article</h1>{WORDS * 10}<form><input type=password></form>"),
    "/mitigated": html("wait", status="403 No", headers="cf-mitigated: challenge\r\n"),
    "/moment": html(
        "<title>Just a moment...</title><p>example.com needs to review", status="503 No"
    ),
    "/human": html("<title>Shop</title><p>Please verify you are a human to go on shopping here."),
    "/denied": html("<title>Access Denied</title><h1>Access Denied</h1>", status="403 No"),
}
MOVING = {
    "/end": html(f"<title>the end</title>{WORDS}"),
    "/loop": moved("/loop"),
    "/to-private": moved("http://169.254.169.254/latest/meta-data/"),
    "/to-404": script("location = '/404'"),
    "/meta": html(f"<meta http-equiv=refresh content='0;url=/end'>{WORDS}"),
    "/meta-second": html(f"<meta http-equiv=refresh content='1;url=/end'>{WORDS}"),
    "/meta-late": html(
        f"<title>stays</title><meta http-equiv=refresh content='60;url=/404'>{WORDS}"
    ),
    "/replace": script("location.replace('/end')"),
    "/onload": script("onload = () => { location = '/end' }"),
    "/late": script("onload = () => setTimeout(() => { location = '/end' }, 250)"),
    "/late-private": script("setTimeout(() => { location = 'http://10.1.2.3/' }, 250)"),
    "/for-ever": script("onload = () => { location = '/for-ever?' + Math.random() }"),
    "/mail": script("onload = () => { location = 'mailto:a@b.example' }"),
    "/start-download": html("<meta http-equiv=refresh content='0;url=/zip'>"),
    "/thanks": script("onload = () => { location = '/zip' }"),
    "/leave": script("onbeforeunload = e => { e.preventDefault(); return 1 }; location = '/end'"),
}
MOODY = {
    "/alert": script("alert('hello')"),
    "/ask": script("onload = () => setTimeout(() => { confirm('a'); prompt('b') }, 50)"),
    "/storm": script("for (;;) alert('no way out')"),
    "/slow-storm": script("setInterval(() => alert('again'), 20)"),
    "/print": script("print(); document.title = 'printed'"),
    "/close": script("close(); window.close(); document.title = 'still here'"),
    "/popup": script("document.title = 'opened ' + open('/end')"),
    "/permissions": script(
        "const ask = f => new Promise(done => { try { f(done) } catch { done() } });"
        "Promise.all([ask(d => Notification.requestPermission().then(d, d)),"
        "ask(d => navigator.geolocation.getCurrentPosition(d, d)),"
        "ask(d => navigator.mediaDevices.getUserMedia({video: true}).then(d, d)),"
        "]).then(() => { document.title = 'answered' })"
    ),
    "/worker": script(
        "new Worker('/worker.js').onmessage = () => { document.title = 'worked' };"
        "navigator.serviceWorker.oncontrollerchange = () => location.reload();"
        "navigator.serviceWorker.register('/service.js')"
    ),
    "/worker.js": file("text/javascript").replace(b"Content-Length: 4", b"Content-Length: 14")[:-4]
    + b"postMessage(1)",
    "/buster": html(
        f"<title>outer</title>{WORDS}<iframe src='http://localhost:{PORT}/busting'></iframe>"
    ),
    "/busting": script("top.location = '/404'"),
}
EMPTY = {
    "/blank": html("<title>nothing</title><div></div>"),
    "/loading": html("<p>Loading…"),
    "/204": b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
    "/lost": b"",
    "/cut": html(f"{WORDS}").replace(b"Content-Length: ", b"Content-Length: 9"),
    "/soon": html("<h1>Soon.</h1>"),
    "/spa": html(
        "<title>app</title><div id=app><img width=60 height=60 alt=''></div>"
        f"<script>setTimeout(() => app.innerHTML = '<h1>Here</h1>{WORDS}', 2000)</script>"
    ),
    "/charset": html(f"<title>Grüße</title>{WORDS}äöü", charset="latin-1"),
    "/private-part": html(
        f"{WORDS}<img src='http://10.0.0.1/x.png'><img src='https://10.0.0.2/x'>"
    ),
    "/frameset": html("<frameset cols='50%,50%'><frame src=/end><frame src=/end></frameset>"),
}
PAGES = STATUSES | FILES | WALLS | MOVING | MOODY | EMPTY


async def hang(site: "BadSite", writer: asyncio.StreamWriter) -> None:
    await site.closing.wait()


async def drip(site: "BadSite", writer: asyncio.StreamWriter) -> None:
    """A document that never finishes arriving."""
    writer.write(html(WORDS * 100)[:900])
    await site.closing.wait()


LIVE: dict[str, Answer] = {"/hang": hang, "/drip": drip, "/hang.png": hang}


@dataclass
class BadSite:
    """`url(path)` over http and `tls_url(path)` over https with a certificate nobody trusts."""

    extra: dict[str, bytes] = field(default_factory=dict)
    port: int = 0
    tls_port: int = 0
    dead_port: int = 0
    asked: list[str] = field(default_factory=list)
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def tls_url(self, path: str) -> str:
        return f"https://127.0.0.1:{self.tls_port}{path}"

    @property
    def addresses(self) -> tuple[str, ...]:
        """What the guard must allow: the site by two names (two origins), and a dead port."""
        names = (f"127.0.0.1:{self.port}", f"localhost:{self.port}")
        return (*names, f"127.0.0.1:{self.tls_port}", f"127.0.0.1:{self.dead_port}")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if (first := await reader.readexactly(1)) == TLS_HELLO:
                writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                return
            head = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = head.split(" ", 2)[1].partition("?")[0]
            self.asked.append(path)
            if path in LIVE:
                await LIVE[path](self, writer)
            else:
                known = self.extra.get(path) or PAGES.get(path, PAGES["/404"])
                writer.write(known.replace(PORT.encode(), b"%05d" % self.port))
                await writer.drain()
        except (OSError, EOFError):
            pass  # the browser changed its mind
        finally:
            writer.close()


@asynccontextmanager
async def bad_site(extra: dict[str, bytes] | None = None) -> AsyncIterator[BadSite]:
    """The site, with `extra` answers by path, while the block runs."""
    here = BadSite(extra or {})
    secure = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secure.load_cert_chain(CERTIFICATE)
    plain = await asyncio.start_server(here.serve, "127.0.0.1", 0)
    tls = await asyncio.start_server(here.serve, "127.0.0.1", 0, ssl=secure)
    dead = await asyncio.start_server(here.serve, "127.0.0.1", 0)
    here.port, here.tls_port, here.dead_port = (
        server.sockets[0].getsockname()[1] for server in (plain, tls, dead)
    )
    dead.close()
    try:
        yield here
    finally:
        here.closing.set()
        for server in (plain, tls):
            server.close()
            await server.wait_closed()
