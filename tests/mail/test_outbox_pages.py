"""The outbox in the browser: the real templates, and a Chromium that clicks a letter's link."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import Litestar, MediaType, get
from litestar.datastructures import State
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from litestar.testing import AsyncTestClient
from playwright.sync_api import sync_playwright

from app.mail.letters import Letter, write_letter
from app.mail.outbox import OutboxLetter, list_letters
from app.mail.outbox_pages import outbox_router
from app.mail.send import OutboxMailer
from app.pipeline.browser.find import find_chromium
from app.templating import make_environment
from app.web.static_files import StaticFiles, static_route
from tests.accounts.oauth_serving import base_url, listening, serving

Client = AsyncTestClient[Litestar]


@get("/welcome", media_type=MediaType.HTML)
async def welcome() -> str:
    return "<!doctype html><title>Signed in</title>"


@pytest.fixture
def app(tmp_path: Path) -> Litestar:
    files = StaticFiles()
    engine = JinjaTemplateEngine.from_environment(make_environment(files.url))
    return Litestar(
        [outbox_router, welcome, static_route(files)],
        template_config=TemplateConfig(instance=engine),
        state=State({"outbox_folder": tmp_path}),
    )


@pytest.fixture
async def client(app: Litestar) -> AsyncIterator[Client]:
    async with AsyncTestClient(app) as client:
        yield client


async def put(folder: Path, letter: Letter) -> OutboxLetter:
    await OutboxMailer(folder, "Loom-Lite <mail@localhost>").send(letter)
    return list_letters(folder)[0]


def sign_in_letter(link: str) -> Letter:
    return write_letter("sign_in_link", "zoe@example.com", link=link, minutes=15)


async def test_an_empty_outbox_says_what_will_be_here(client: Client) -> None:
    answer = await client.get("/dev/outbox")
    assert answer.status_code == 200
    assert "No e-mails yet" in answer.text


async def test_the_list_leads_to_each_letter_and_its_links(client: Client, tmp_path: Path) -> None:
    letter = await put(tmp_path, sign_in_letter("https://app.test/in?token=a&next=%2F"))
    listed = await client.get("/dev/outbox")
    assert listed.headers["Cache-Control"] == "no-store"
    assert f'href="/dev/outbox/{letter.id}"' in listed.text
    shown = await client.get(f"/dev/outbox/{letter.id}")
    assert 'href="https://app.test/in?token=a&amp;next=%2F"' in shown.text
    assert f'src="/dev/outbox/{letter.id}/body"' in shown.text


async def test_a_letters_html_is_shown_apart_and_can_run_nothing(
    client: Client, tmp_path: Path
) -> None:
    hostile = Letter("a@b.de", "<i>", "<b>text</b>\n", "<head></head><script>alert(1)</script>\n")
    letter = await put(tmp_path, hostile)
    shown = await client.get(f"/dev/outbox/{letter.id}")
    assert "<script>alert" not in shown.text
    assert "<b>text" not in shown.text
    body = await client.get(f"/dev/outbox/{letter.id}/body")
    assert "<script>alert(1)</script>" in body.text
    policy = body.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert "sandbox" in policy


@pytest.mark.parametrize("letter_id", ["20261103T090500-000000-00000000", "..%2Fsecret", "a.b"])
async def test_a_letter_that_is_not_there_gets_404(client: Client, letter_id: str) -> None:
    for path in (f"/dev/outbox/{letter_id}", f"/dev/outbox/{letter_id}/body"):
        assert (await client.get(path)).status_code == 404


@pytest.mark.browser
def test_the_button_in_a_letter_leads_where_it_says(app: Litestar, tmp_path: Path) -> None:
    with listening() as socket, serving(app, socket):
        link = f"{base_url(socket)}/welcome"
        letter = asyncio.run(put(tmp_path, sign_in_letter(link)))
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=str(find_chromium(os.environ)), args=["--no-sandbox"]
            )
            page = chromium.new_page()
            page.goto(f"{base_url(socket)}/dev/outbox")
            page.get_by_role("link", name=letter.subject).click()
            page.frame_locator("iframe").get_by_role("link", name="Sign in").first.click()
            page.wait_for_url(link)
            assert page.title() == "Signed in"
