"""A person invites another one; both see the same campaign, and the link is of no use to others."""

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.arrivals import Service, arrive, open_letter, sign_in
from tests.journeys.browsing import browsing

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

BEN = "ben@fjordgrid.example"


async def test_an_invited_person_joins_and_sees_the_same_campaign(
    chromium: Browser, service: Service
) -> None:
    ada = await arrive(service, "Ada", "fjordgrid")
    async with (
        browsing(chromium, cookies=ada.cookies) as hers,
        browsing(chromium) as his,
        browsing(chromium, refusals=(404,)) as strange,
    ):
        await hers.goto(ada.url)
        await hers.get_by_role("button", name="Make your first campaign").click()
        await hers.get_by_label("Name").fill("Oslo founders, May")
        await hers.get_by_role("button", name="Save").click()
        await hers.get_by_role("link", name="Settings").click()
        await hers.get_by_role("link", name="Members").click()
        await hers.get_by_label("E-mail").fill(BEN)
        await hers.get_by_role("button", name="Send invitation").click()
        await expect(hers.locator(".toast")).to_contain_text(BEN)
        await expect(hers.locator(".people").first).to_contain_text(BEN)

        await open_letter(his, service, BEN, "/join/")
        invitation = his.url
        await expect(his.get_by_role("heading", name="Join Fjordgrid")).to_be_visible()
        await his.get_by_role("link", name="Sign in to join").click()
        await sign_in(his, service, BEN)
        await his.get_by_label("Name").fill("Ben Okafor")
        await his.get_by_role("button", name="Continue").click()
        await his.get_by_role("button", name="Join the workspace").click()
        await his.wait_for_url(ada.url + "/campaigns")
        await his.get_by_role("link", name="Oslo founders, May").click()
        await expect(his.get_by_role("heading", name="Oslo founders, May")).to_be_visible()
        await hers.goto(his.url)
        await expect(hers.get_by_role("heading", name="Oslo founders, May")).to_be_visible()
        await hers.goto(ada.url + "/settings/members")
        await expect(hers.locator(".people")).to_contain_text("Ben Okafor")

        # The same letter, in the hands of somebody else.
        await strange.goto(invitation)
        await expect(
            strange.get_by_role("heading", name="This invitation no longer works")
        ).to_be_visible()
        await strange.goto(service.url)
        await sign_in(strange, service, "eve@elsewhere.example")
        await expect(strange.get_by_role("heading", name="What is your name?")).to_be_visible()
        await strange.goto(invitation)
        await expect(
            strange.get_by_role("heading", name="This invitation no longer works")
        ).to_be_visible()
        answer = await strange.goto(his.url)
        assert answer is not None
        assert answer.status == 404
        await expect(strange.get_by_text("Oslo founders, May")).to_have_count(0)
