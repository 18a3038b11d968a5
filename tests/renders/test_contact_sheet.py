"""The contact sheet as Bob sees and mends it; the check itself is run by its own job."""

from uuid import UUID

from tests.campaigns.lists import read_rows
from tests.cast import Cast
from tests.pipeline.small_render import small_site
from tests.postgres import SentJobs
from tests.renders.sheets import (
    checked_draft,
    list_of,
    read_pages,
    run_checks,
)

PART = {"HX-Request": "true"}


async def _lead_id(cast: Cast, campaign_id: UUID, row: int) -> UUID:
    return next(each.id for each in await read_rows(cast, campaign_id) if each.row == row)


async def test_a_card_tells_who_what_and_how_to_mend_it(cast: Cast, sent_jobs: SentJobs) -> None:
    with small_site() as site:
        text = list_of(site, ada="ada", bo="missing")
        campaign_id = await checked_draft(cast, sent_jobs, text)
        url = f"/campaigns/{campaign_id}/check"
        before = (await cast.bob.get(url)).text
        assert "Check the pages" in before
        assert "Each page is opened once" in before
        assert (await cast.bob.post(url, data={"at": url})).status_code == 303
        under_way = (await cast.bob.get(url)).text
        assert "Waiting to begin" in under_way
        assert "<progress" in under_way
        await run_checks(cast, sent_jobs, site)
    page = (await cast.bob.get(url)).text
    assert "1 lead has a fault." in page
    assert "Would fail" in page
    assert "answered with error 404" in page
    assert "Change the address" in page
    assert "Set a fallback page" in page
    check = (await read_pages(cast, campaign_id))["ada"]
    picture = f"{url}/pages/{check.id}/picture"
    assert picture in page
    assert (await cast.bob.get(picture)).headers["content-type"] == "image/jpeg"
    faults = (await cast.bob.get(url, params={"check": "faults"})).text
    assert "Bo Ltd" in faults
    assert "Ada Ltd" not in faults
    ready = (await cast.bob.get(url, params={"check": "ready"})).text
    assert "Ada Ltd" in ready
    assert "Bo Ltd" not in ready
