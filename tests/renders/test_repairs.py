"""Faults mended where the contact sheet shows them, as Bob does it; the check is its own job's."""

from sqlalchemy import update

from app.campaigns.service import get_campaign
from app.renders.check_models import PageCheck
from app.renders.lead_pages import ListedPages
from app.renders.lead_verdicts import settle_leads
from tests.campaigns.drafts import read_campaign
from tests.campaigns.lists import counts_of, read_rows
from tests.cast import Cast, in_workspace
from tests.pipeline.small_render import small_site
from tests.postgres import SentJobs
from tests.renders.sheets import (
    ask,
    card_in,
    checked_draft,
    lead_id_of,
    list_of,
    read_pages,
    run_checks,
    site_scene,
    verdicts,
)

PART = {"HX-Request": "true"}


async def test_another_address_is_kept_in_the_row_and_that_page_alone_is_opened(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada", bo="missing"))
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        lead_id = await lead_id_of(cast, campaign_id, 3)
        url = f"/campaigns/{campaign_id}/check/leads/{lead_id}/scenes/site/address"
        answer = await cast.bob.post(url, data={"url": site.url("bo")}, headers=PART)
        assert answer.status_code == 200
        assert "Being checked" in answer.text
        assert (await verdicts(cast, campaign_id))[3] == "waiting"
        before = (await read_pages(cast, campaign_id))["ada"].checked_at
        await run_checks(cast, sent_jobs, site)
    assert (await verdicts(cast, campaign_id))[3] == "ready"
    pages = await read_pages(cast, campaign_id)
    assert (pages["bo"].verdict, pages["ada"].checked_at) == ("ready", before)
    row = next(each for each in await read_rows(cast, campaign_id) if each.row == 3)
    assert (row.cells[3], row.state) == (site.url("bo"), "good")
    assert await counts_of(cast, campaign_id) == (2, 0, 0)


async def test_what_is_no_address_is_422_with_the_reason_beside_the_field(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, bo="missing"))
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
    lead_id = await lead_id_of(cast, campaign_id, 2)
    scene = f"/campaigns/{campaign_id}/check/leads/{lead_id}/scenes/site"
    for field, act in (("url", "address"), ("fallback", "fallback")):
        typed = {field: "no <address>"}
        part = await cast.bob.post(f"{scene}/{act}", data=typed, headers=PART)
        assert part.status_code == 422
        assert part.text.lstrip().startswith("<li")
        assert 'value="no &lt;address&gt;"' in part.text
        assert "has a space in it" in part.text
        assert 'aria-invalid="true"' in part.text
        whole = await cast.bob.post(f"{scene}/{act}", data=typed)
        assert whole.status_code == 422
        assert "<!doctype html>" in whole.text
        assert "has a space in it" in card_in(whole.text, lead_id)
    assert (await read_rows(cast, campaign_id))[0].cells[3] == site.url("missing")


async def test_a_fallback_page_set_beside_one_fault_stands_in_for_all(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        text = list_of(site, ada="ada", bo="missing", cem="missing")
        campaign_id = await checked_draft(cast, sent_jobs, text)
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        lead_id = await lead_id_of(cast, campaign_id, 3)
        url = f"/campaigns/{campaign_id}/check/leads/{lead_id}/scenes/site/fallback"
        answer = await cast.bob.post(url, data={"fallback": site.url("ours")})
        assert answer.status_code == 303
        await run_checks(cast, sent_jobs, site)
        assert await verdicts(cast, campaign_id) == {2: "ready", 3: "fallback", 4: "fallback"}
        assert (await read_campaign(cast, campaign_id)).scenes[0]["fallback_url"] == site.url(
            "ours"
        )
        # Now that there is one, the own page need not be tried.
        answer = await cast.bob.post(url, headers=PART)
        assert "There is no address in this lead’s row" in answer.text
        await run_checks(cast, sent_jobs, site)
    assert (await verdicts(cast, campaign_id))[3] == "fallback"
    assert (await read_rows(cast, campaign_id))[1].cells[3] == ""
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/check?check=fallback")).text
    assert "is shown instead" in page
    assert "Ada Ltd" not in page


async def test_a_lead_is_skipped_for_good_and_taken_back(cast: Cast, sent_jobs: SentJobs) -> None:
    with small_site() as site:
        campaign_id = await checked_draft(cast, sent_jobs, list_of(site, ada="ada", bo="missing"))
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
        lead_id = await lead_id_of(cast, campaign_id, 3)
        lead = f"/campaigns/{campaign_id}/check/leads/{lead_id}"
        skipped = await cast.bob.post(f"{lead}/skip", headers=PART)
        assert "Take back" in skipped.text
        assert await counts_of(cast, campaign_id) == (1, 0, 1)
        # All rows are checked again by other columns, and it stays skipped.
        columns = {"name": "Company", "scene-0": "Website"}
        saved = await cast.bob.post(f"/campaigns/{campaign_id}/edit/leads", data=columns)
        assert saved.status_code == 303
        assert await counts_of(cast, campaign_id) == (1, 0, 1)
        sheet = (await cast.bob.get(f"/campaigns/{campaign_id}/check?check=skipped")).text
        assert f"check-card-{lead_id}" in sheet
        back = await cast.bob.post(f"{lead}/unskip", headers=PART)
        assert back.status_code == 200
    assert await counts_of(cast, campaign_id) == (2, 0, 0)


async def test_a_page_that_raised_doubts_is_taken_for_right(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    with small_site() as site:
        shared = {"id": "ours", "url": site.url("ours"), "duration_s": 1.0}
        text = list_of(site, ada="ada", bo="ada")
        campaign_id = await checked_draft(cast, sent_jobs, text, scenes=[site_scene(), shared])
        await ask(cast, campaign_id)
        await run_checks(cast, sent_jobs, site)
    doubts = ["Hardly anything is to be seen on the page."]
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(update(PageCheck).values(verdict="doubtful", doubts=doubts))
        campaign = await get_campaign(session, campaign_id)
        await settle_leads(session, campaign_id, ListedPages(campaign), everybody=True)
    url = f"/campaigns/{campaign_id}/check"
    page = (await cast.bob.get(url)).text
    assert "2 leads have a fault." in page
    assert page.count("This is the right page") == 3
    ours = (await read_pages(cast, campaign_id))["ours"].id
    assert (await cast.bob.post(f"{url}/pages/{ours}/accept")).status_code == 303
    lead_id = await lead_id_of(cast, campaign_id, 2)
    card = await cast.bob.post(f"{url}/leads/{lead_id}/scenes/site/accept", headers=PART)
    assert "Ready" in card.text
    # The other lead shows the same page.
    assert await verdicts(cast, campaign_id) == {2: "ready", 3: "ready"}
    assert "Every lead is ready" in (await cast.bob.get(url)).text
