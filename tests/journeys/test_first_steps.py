"""A stranger signs up, names a workspace and stands before its empty dashboard."""

import pytest
from playwright.async_api import Browser, expect

from tests.journeys.arrivals import Service, arrive, sign_in
from tests.journeys.browsing import browsing

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_a_stranger_signs_up_by_a_letter_and_is_told_the_first_steps(
    chromium: Browser, service: Service
) -> None:
    async with browsing(chromium) as page:
        await page.goto(service.url)
        await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        await sign_in(page, service, "ada@nordlys.example")
        await page.get_by_label("Name").fill("Ada Lindgren")
        await page.get_by_role("button", name="Continue").click()
        await page.get_by_label("Team or company").fill("Nordlys Studio")
        await expect(page.locator("#address")).to_contain_text(
            f"nordlys-studio.localhost:{service.port}"
        )
        await page.get_by_role("button", name="Create workspace").click()

        await page.wait_for_url(service.workspace_url("nordlys-studio") + "/campaigns")
        await expect(page.get_by_role("heading", name="Campaigns", level=1)).to_be_visible()
        await expect(page.get_by_role("button", name="Make your first campaign")).to_be_visible()
        steps = page.get_by_role("region", name="First steps").get_by_role("listitem")
        await expect(steps).to_have_count(5)
        await expect(steps.filter(has_text="Name your workspace")).to_contain_text("(done)")
        await steps.get_by_role("link", name="Add a facecam").click()
        await expect(page.get_by_role("heading", name="No facecams yet")).to_be_visible()
        await page.go_back()
        await page.get_by_role("button", name="Put the first steps away").click()
        await expect(page.get_by_role("region", name="First steps")).to_have_count(0)
        await expect(page.get_by_role("button", name="Make your first campaign")).to_be_visible()


async def test_a_link_of_a_letter_works_once(chromium: Browser, service: Service) -> None:
    async with browsing(chromium, refusals=(422,)) as page:
        await page.goto(service.url)
        await sign_in(page, service, "once@nordlys.example")
        await expect(page.get_by_role("heading", name="What is your name?")).to_be_visible()
        link = await service.link_to("once@nordlys.example", "/sign-in/link/")
    async with browsing(chromium, refusals=(422,)) as other:
        await other.goto(link)
        await other.get_by_role("button", name="Sign in").click()
        await expect(other.get_by_role("alert")).to_be_visible()
        await other.goto(service.url)
        await expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_an_address_is_changed_by_the_letter_to_the_other_one(
    chromium: Browser, service: Service
) -> None:
    ida = await arrive(service, "ida", "ida-moves")
    wanted = "ida@elsewhere.example"
    async with browsing(chromium, cookies=ida.cookies) as page:
        await page.goto(ida.url + "/settings/profile")
        await page.get_by_role("link", name="Change it").click()
        await page.get_by_label("New e-mail address").fill(wanted)
        await page.get_by_role("button", name="E-mail me a link").click()
        await expect(page.locator(".toast")).to_contain_text(f"We sent a link to {wanted}.")
        await expect(page.get_by_label("E-mail", exact=True)).to_have_value(ida.email)
        await page.goto(await service.link_to(wanted, "/email/"))
        await page.get_by_role("button", name="Use this address").click()
        await expect(page.locator(".toast")).to_contain_text(f"Your address is {wanted} now.")
        await page.goto(ida.url + "/settings/profile")
        await expect(page.get_by_label("E-mail", exact=True)).to_have_value(wanted)
