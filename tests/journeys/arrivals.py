"""How people get in: by the pages in a browser, or quickly by the same requests without one."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from playwright.async_api import Page

from app.local_stripe.customers import GOOD_CARD
from app.mail.outbox import OutboxLetter, list_letters
from tests.journeys.browsing import WAIT_MS


@dataclass(frozen=True)
class Service:
    """The running service."""

    port: int
    outbox: Path

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def workspace_url(self, slug: str) -> str:
        return f"http://{slug}.localhost:{self.port}"

    async def letter_to(self, email: str, has: Callable[[OutboxLetter], bool]) -> OutboxLetter:
        """The newest letter of that kind to this address, as soon as the worker has sent it."""
        async with asyncio.timeout(WAIT_MS / 1000):
            while True:
                for letter in list_letters(self.outbox):
                    if letter.to == email and has(letter):
                        return letter
                await asyncio.sleep(0)

    async def link_to(self, email: str, part: str) -> str:
        """The newest link to this address that has `part` in it."""
        letter = await self.letter_to(email, lambda each: any(part in link for link in each.links))
        return next(link for link in letter.links if part in link)


class _Loopback(httpx.AsyncHTTPTransport):
    """Every name under localhost is this machine: browsers know, the system may not."""

    def __init__(self) -> None:
        # No connection outlives its answer, so nobody has to close anything.
        super().__init__(limits=httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        here = httpx.Request(
            request.method,
            request.url.copy_with(host="127.0.0.1"),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return await super().handle_async_request(here)


@dataclass(frozen=True)
class Arrived:
    """Somebody who is signed in. `client` follows redirects and stands on the workspace's host."""

    email: str
    slug: str
    url: str
    client: httpx.AsyncClient

    @property
    def cookies(self) -> list[dict[str, Any]]:
        """For a browser that is to be the same person's."""
        return [
            {"name": each.name, "value": each.value, "domain": _host(each.domain), "path": "/"}
            for each in self.client.cookies.jar
            if each.name == "session"
        ]

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """What a form would send. Fails when it is refused."""
        answer = await self.client.post(self.url + path, data=fields)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer

    async def buy(self, plan: str) -> None:
        """Tries this plan, with a good card on Stripe's page."""
        checkout = await self.post("/billing/checkout", plan=plan, interval="month")
        paid = await self.client.post(checkout.url, data={"card": GOOD_CARD})
        assert paid.url.path == "/billing", f"{paid.url}: {paid.status_code} {paid.text}"


def _host(domain: str) -> str:
    # The cookie jar of Python gives hosts without a dot one.
    return domain.removesuffix(".local")


async def come_in(service: Service, email: str, name: str) -> Arrived:
    """A person on the service's own host, by the requests that a browser makes."""
    client = httpx.AsyncClient(transport=_Loopback(), follow_redirects=True, timeout=60)
    person = Arrived(email, "", service.url, client)
    await person.post("/sign-in/link", email=email)
    link = await service.link_to(email, "/sign-in/link/")
    await person.post(urlsplit(link).path)
    await person.post("/welcome", name=name)
    return person


async def arrive(service: Service, name: str, slug: str) -> Arrived:
    """A person with a workspace of their own."""
    person = await come_in(service, f"{name.lower()}@{slug}.example", name)
    await person.post("/workspaces/new", name=slug.title(), slug=slug)
    return Arrived(person.email, slug, service.workspace_url(slug), person.client)


async def open_letter(page: Page, service: Service, email: str, link: str) -> None:
    """Reads the newest letter to this address in the outbox and follows its link."""
    letter = await service.letter_to(email, lambda each: any(link in one for one in each.links))
    await page.goto(f"{service.url}/dev/outbox")
    await page.locator(f"main a[href$='/{letter.id}']").click()
    await page.locator(f".outbox-links a[href*='{link}']").click()


async def sign_in(page: Page, service: Service, email: str) -> None:
    """From the page that is open, which asks for an address, by the letter's link."""
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="E-mail me a sign-in link").click()
    await page.get_by_text(email).wait_for()
    await open_letter(page, service, email, "/sign-in/link/")
    await page.get_by_role("button", name="Sign in").click()
