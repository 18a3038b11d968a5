"""What the journeys share: the service as an operator starts it, one Chromium, and a clip."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from app.local_stripe.server import LocalStripe, run_local_stripe
from app.pipeline.browser.find import find_chromium
from app.stripe_beside import LOCAL_KEY, LOCAL_SECRET
from tests.domains.dns_server import Zone, dns_server
from tests.journeys.arrivals import Service
from tests.journeys.browsing import WAIT_MS
from tests.pipeline.small_render import SmallSite, small_site
from tests.pipeline.synthetic import clap, make_clip
from tests.pipeline.uploads import stepping
from tests.running import free_port, running

CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
CLIP_S = 4.0
# More than one chunk of the upload, so that there is a middle to be cut off in.
PADDING_BYTES = 5 * 1024**2

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="package")
def small_pages() -> Iterator[SmallSite]:
    """The only pages on this machine that the service may record."""
    with small_site() as site:
        yield site


@pytest.fixture(scope="package")
def zone() -> Iterator[Zone]:
    """The only DNS that the service asks for teams' domains."""
    with dns_server() as answering:
        yield answering


@pytest.fixture(scope="package")
def till(port: int) -> Iterator[LocalStripe]:
    """Where teams buy their plans; it tells the service what happens there."""
    webhook = (f"http://localhost:{port}/webhooks/stripe", LOCAL_SECRET)
    with run_local_stripe(webhook=webhook, retry_after_s=(0.1,) * 100) as running_here:
        yield running_here


@pytest.fixture(scope="package")
def port() -> int:
    """The service's."""
    return free_port()


@pytest.fixture(scope="package")
def service(
    tmp_path_factory: pytest.TempPathFactory,
    small_pages: SmallSite,
    zone: Zone,
    till: LocalStripe,
    port: int,
) -> Iterator[Service]:
    """`loomlite up` with a database, a worker and an outbox of its own. It sells plans."""
    folder = tmp_path_factory.mktemp("journeys")
    # A provider, so that the pages about providers are there; none of them is asked anything.
    github = {"GITHUB_CLIENT_ID": "journeys", "GITHUB_CLIENT_SECRET": "not-a-secret"}
    # One video at a time: the second one waits, so that there is a line to stand in.
    renders = {"ALLOW_ADDRESSES": small_pages.address, "RENDER_SLOTS": "1", "RENDER_GRACE_S": "0"}
    staff = {"STAFF_EMAILS": "ada@everypage.example, sue@staff.example"}
    domains = {"DNS_SERVERS": zone.servers}
    stripe = {
        "STRIPE_SECRET_KEY": LOCAL_KEY,
        "STRIPE_WEBHOOK_SECRET": LOCAL_SECRET,
        "STRIPE_API_URL": till.url,
    }
    with running(folder, "stripe", "sync", **stripe) as process:
        assert process.process.wait(60) == 0, process.said()
    settings = {**github, **renders, **staff, **domains, **stripe, "PORT": str(port)}
    with running(folder, "up", **settings) as process:
        process.await_words("service.started")
        yield Service(process.port, folder / "var/outbox")
        assert "Traceback" not in process.said(), process.said()


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def chromium() -> AsyncIterator[Browser]:
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(os.environ), args=[*CAMERA, *sandbox]
        )
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture(scope="package")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of picture and sound, and a box of padding as cameras leave it."""
    path = tmp_path_factory.mktemp("clip") / "Hello from Ada.mp4"
    make_clip(path, pictures=stepping(int(CLIP_S * 15)), fps=15, sound=clap(CLIP_S, [0.5]))
    padding = (8 + PADDING_BYTES).to_bytes(4, "big") + b"free" + bytes(PADDING_BYTES)
    with path.open("ab") as file:
        file.write(padding)
    return path
