"""Hostile pages in real Chromium behind the guard: no canary is ever reached, unless allowed."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Playwright, Response, async_playwright

from app.pipeline.browser.address_guard import AddressGuard
from app.pipeline.browser.address_rules import AllowedAddress
from tests.pipeline.hostile import HTML, Canary, NameServer, Site, canary, name_server, site

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.browser]

CHROMIUM = os.environ.get("LOOMLITE_CHROMIUM") or shutil.which("chromium-headless-shell")
ZONE = {
    "inner.test": [["127.0.0.1"]],
    "six.test": [["::1"]],
    "mixed.test": [["8.8.8.8", "127.0.0.1"]],
}
WORKER = "text/javascript"
PAGES = {
    "/": (HTML, "<title>hostile</title><body>"),
    "/sw.js": (
        WORKER,
        "oninstall = e => e.waitUntil(fetch('http://' + new URL(location).searchParams.get('t'),"
        " {mode: 'no-cors'}).catch(() => 0))",
    ),
}

# Each is a function of the target `t` (host:port) and resolves when the browser has had its try.
ATTACKS = {
    "image": "t => new Promise(done => { const i = new Image();"
    " i.onload = i.onerror = () => done(); i.src = `http://${t}/` })",
    "script": "t => new Promise(done => { const s = document.createElement('script');"
    " s.onload = s.onerror = () => done(); s.src = `http://${t}/`; document.body.append(s) })",
    "style": "t => new Promise(done => { const l = document.createElement('link');"
    " l.rel = 'stylesheet'; l.onload = l.onerror = () => done(); l.href = `http://${t}/`;"
    " document.head.append(l) })",
    "fetch": "t => fetch(`http://${t}/`, {mode: 'no-cors'}).then(() => 0, () => 0)",
    "post": "t => fetch(`http://${t}/`, {mode: 'no-cors', method: 'POST', body: 'x'})"
    ".then(() => 0, () => 0)",
    "https": "t => fetch(`https://${t}/`, {mode: 'no-cors'}).then(() => 0, () => 0)",
    "redirect": "t => fetch(`/to?http://${t}/`, {mode: 'no-cors'}).then(() => 0, () => 0)",
    "frame": "t => new Promise(done => { const f = document.createElement('iframe');"
    " f.onload = () => done(); f.src = `http://${t}/`; document.body.append(f) })",
    "websocket": "t => new Promise(done => { const w = new WebSocket(`ws://${t}/`);"
    " w.onopen = w.onerror = () => done() })",
    "secure websocket": "t => new Promise(done => { const w = new WebSocket(`wss://${t}/`);"
    " w.onopen = w.onerror = () => done() })",
    "event source": "t => new Promise(done => { const e = new EventSource(`http://${t}/`);"
    " e.onopen = e.onerror = () => { e.close(); done() } })",
    "worker": "t => new Promise(done => { const code = `fetch('http://${t}/', {mode: 'no-cors'})"
    ".then(() => postMessage(0), () => postMessage(0))`;"
    " new Worker(URL.createObjectURL(new Blob([code]))).onmessage = () => done() })",
    "service worker": "t => navigator.serviceWorker.register(`/sw.js?t=${t}`)"
    ".then(() => navigator.serviceWorker.ready).then(() => 0)",
    "preconnect": "t => new Promise(done => { const l = document.createElement('link');"
    " l.rel = 'preconnect'; l.href = `http://${t}/`; document.head.append(l);"
    " const i = new Image(); i.onerror = i.onload = () => done(); i.src = `http://${t}/` })",
}
WEBRTC = """async t => {
    const peer = new RTCPeerConnection({iceServers: [
        {urls: `stun:${t}`},
        {urls: `turn:${t}?transport=tcp`, username: 'u', credential: 'c'},
    ]});
    peer.createDataChannel('x');
    const gathered = new Promise(done => {
        peer.onicegatheringstatechange = () => peer.iceGatheringState == 'complete' && done();
    });
    await peer.setLocalDescription(await peer.createOffer());
    await gathered;
}"""
NAVIGATIONS = {
    "location": "t => { location.href = `http://${t}/` }",
    "redirect": "t => { location.href = `/to?http://${t}/` }",
    "javascript address": "t => { const a = document.createElement('a');"
    " a.href = `javascript:void(location = 'http://${t}/')`; document.body.append(a); a.click() }",
    "form": "t => { const f = document.createElement('form'); f.action = `http://${t}/`;"
    " f.method = 'post'; document.body.append(f); f.submit() }",
    "popup": "t => { open(`http://${t}/`) }",
    "refresh": "t => { const m = document.createElement('meta'); m.httpEquiv = 'refresh';"
    " m.content = `0;url=http://${t}/`; document.head.append(m) }",
}
HOSTS = [
    *("127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.", "①②⑦.0.0.1"),
    *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "inner.test", "six.test"),
]
NEVER = ["0.0.0.0", "[::]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "localhost", "mixed.test"]


@dataclass
class Scene:
    """A browser behind a guard, a hostile site it may open and a canary it may not."""

    guard: AddressGuard
    browser: Browser
    site: Site
    bird: Canary
    names: NameServer

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.bird.port}"

    def refused(self) -> list[str]:
        return [entry.host for entry in self.guard.blocked if entry.port == self.bird.port]


async def _launch(playwright: Playwright, arguments: list[str]) -> Browser:
    return await playwright.chromium.launch(
        executable_path=CHROMIUM, args=["--no-sandbox", *arguments]
    )


async def _scene(stack: AsyncExitStack, *, canary_allowed: bool) -> Scene:
    assert CHROMIUM, "no Chromium: set LOOMLITE_CHROMIUM"
    bird = await stack.enter_async_context(canary())
    here = await stack.enter_async_context(site(PAGES))
    names = await stack.enter_async_context(name_server(ZONE))
    allow = [AllowedAddress("127.0.0.1", here.port)]
    if canary_allowed:
        allow += [AllowedAddress(host, bird.port) for host in ("127.0.0.1", "::1")]
        allow += [AllowedAddress("::ffff:7f00:1", bird.port)]
    # The canary's port counts as the web's, so that only its address can be at fault.
    ports = frozenset({80, 443, bird.port})
    guard = await stack.enter_async_context(
        AddressGuard(allow=allow, resolve=names.resolve, ports=ports)
    )
    playwright = await stack.enter_async_context(async_playwright())
    browser = await _launch(playwright, guard.chromium_arguments())
    stack.push_async_callback(browser.close)
    return Scene(guard, browser, here, bird, names)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded() -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        yield await _scene(stack, canary_allowed=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def unguarded() -> AsyncIterator[Scene]:
    """The control: the same attacks where the canary is allowed."""
    async with AsyncExitStack() as stack:
        yield await _scene(stack, canary_allowed=True)


async def _attack(scene: Scene, script: str, target: str) -> None:
    context = await scene.browser.new_context()
    try:
        page = await context.new_page()
        await page.goto(scene.site.origin)
        scene.guard.blocked.clear()
        scene.bird.connections = 0
        await page.evaluate(script, target)
    finally:
        await context.close()


async def _navigate(scene: Scene, script: str) -> int:
    """The status of what the page was led to."""
    context = await scene.browser.new_context()
    try:
        page = await context.new_page()
        await page.goto(scene.site.origin)
        scene.guard.blocked.clear()
        scene.bird.connections = 0
        async with context.expect_event(
            "response", lambda response: response.url == f"http://{scene.target}/"
        ) as event:
            await page.evaluate(script, scene.target)
        response: Response = await event.value
        return response.status
    finally:
        await context.close()


@pytest.mark.parametrize("name", ATTACKS)
async def test_no_subresource_reaches_an_inner_port(guarded: Scene, name: str) -> None:
    await _attack(guarded, ATTACKS[name], guarded.target)
    assert "127.0.0.1" in guarded.refused()
    assert guarded.bird.connections == 0


@pytest.mark.parametrize("name", ATTACKS)
async def test_each_subresource_would_reach_it(unguarded: Scene, name: str) -> None:
    await _attack(unguarded, ATTACKS[name], unguarded.target)
    assert unguarded.bird.connections > 0


@pytest.mark.parametrize("name", NAVIGATIONS)
async def test_no_navigation_reaches_an_inner_port(guarded: Scene, name: str) -> None:
    assert await _navigate(guarded, NAVIGATIONS[name]) == 403
    assert "127.0.0.1" in guarded.refused()
    assert guarded.bird.connections == 0


@pytest.mark.parametrize("name", NAVIGATIONS)
async def test_each_navigation_would_reach_it(unguarded: Scene, name: str) -> None:
    assert await _navigate(unguarded, NAVIGATIONS[name]) == 200
    assert unguarded.bird.connections > 0


@pytest.mark.parametrize("host", HOSTS + NEVER)
async def test_no_spelling_of_a_host_reaches_it(guarded: Scene, host: str) -> None:
    await _attack(guarded, ATTACKS["fetch"], f"{host}:{guarded.bird.port}")
    assert len(guarded.refused()) > 0
    assert guarded.bird.connections == 0


@pytest.mark.parametrize("host", HOSTS)
async def test_each_spelling_would_reach_it(unguarded: Scene, host: str) -> None:
    await _attack(unguarded, ATTACKS["fetch"], f"{host}:{unguarded.bird.port}")
    assert unguarded.bird.connections > 0


async def test_the_metadata_address_is_refused_to_the_page_itself(guarded: Scene) -> None:
    context = await guarded.browser.new_context()
    page = await context.new_page()
    response = await page.goto(f"{guarded.site.origin}/to?http://169.254.169.254/latest/meta-data/")
    await context.close()
    assert response is not None
    assert response.status == 403
    assert response.headers["x-loomlite-refused"] == "private-address"
    assert guarded.guard.blocked[-1].reason == "cloud metadata"


async def test_webrtc_sends_nothing_to_an_inner_port(guarded: Scene) -> None:
    guarded.bird.datagrams = 0
    await _attack(guarded, WEBRTC, guarded.target)
    assert "127.0.0.1" in guarded.refused()
    assert (guarded.bird.datagrams, guarded.bird.connections) == (0, 0)


async def test_without_its_arguments_chromium_would_go_around_the_guard() -> None:
    needed = ("--proxy-bypass-list", "--force-webrtc")
    async with AsyncExitStack() as stack:
        bird = await stack.enter_async_context(canary())
        here = await stack.enter_async_context(site(PAGES))
        guard = await stack.enter_async_context(AddressGuard())
        playwright = await stack.enter_async_context(async_playwright())
        arguments = [a for a in guard.chromium_arguments() if not a.startswith(needed)]
        browser = await _launch(playwright, arguments)
        stack.push_async_callback(browser.close)
        page = await browser.new_page()
        await page.goto(here.origin)
        await page.evaluate(ATTACKS["image"], f"127.0.0.1:{bird.port}")
        assert bird.connections > 0
        await page.evaluate(f"t => {{ ({WEBRTC})(t) }}", f"127.0.0.1:{bird.port}")
        async with asyncio.timeout(10):
            await bird.datagram_came.wait()
