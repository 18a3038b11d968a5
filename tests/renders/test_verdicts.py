"""What the database settles for each lead is what its card says, whatever its pages came to."""

import random
from uuid import UUID

import pytest

from app.campaigns.service import get_campaign
from app.renders.contact_sheet import SheetWanted, read_sheet
from app.renders.lead_pages import ListedPages
from app.renders.lead_verdicts import settle_leads
from app.renders.page_checks import PageResult, next_pages, save_results
from app.renders.sheet_cards import worst
from tests.cast import Cast, in_workspace
from tests.pipeline.small_render import SmallSite
from tests.postgres import SentJobs
from tests.renders.sheets import checked_draft, list_pages, site_scene, verdicts

LEADS = 40
PAGES = 12  # so that leads share them
SITE = SmallSite(port=80)


def _result(chance: random.Random, digest: str) -> PageResult:
    verdict = chance.choice(["ready", "ready", "doubtful", "fails"])
    return PageResult(digest, verdict, [], "", "", None, [], "", "It failed.", True, 1.0)


def _list(chance: random.Random) -> str:
    lines = ["Name,E-mail,Company,Website,Profile"]
    for number in range(LEADS):
        pages = [chance.choice(["", SITE.url(f"p{chance.randrange(PAGES)}")]) for _ in range(2)]
        lines.append(f"Lead{number},lead{number}@example.com,X,{','.join(pages)}")
    return "\n".join(lines) + "\n"


async def _open_some(cast: Cast, campaign_id: UUID, chance: random.Random) -> dict[int, str]:
    """Some of the waiting pages are known; what the cards then say of each lead."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        campaign = await get_campaign(session, campaign_id)
        waiting = await next_pages(session, campaign_id, 1000)
        some = chance.sample(waiting, chance.randrange(len(waiting) + 1))
        results = [_result(chance, check.digest) for check in some]
        await save_results(session, campaign_id, results)
        digests = [result.digest for result in results]
        await settle_leads(session, campaign_id, ListedPages(campaign), digests)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        sheet = await read_sheet(session, campaign, SheetWanted())
    assert sheet.leads == LEADS
    return {c.row: worst([s.verdict for s in c.scenes]) for c in sheet.cards}


@pytest.mark.parametrize("seed", range(6))
async def test_cards_and_filters_agree_at_every_moment_of_a_check(
    cast: Cast, sent_jobs: SentJobs, seed: int
) -> None:
    chance = random.Random(seed)
    fallback = SITE.url("fallback")
    profile = {"id": "profile", "csv_column": "Profile", "duration_s": 1.0}
    scenes = [site_scene(fallback_url=fallback), {**profile, "fallback_url": fallback}]
    campaign_id = await checked_draft(cast, sent_jobs, _list(chance), scenes=scenes)
    await list_pages(cast, campaign_id)
    for _ in range(4):
        on_cards = await _open_some(cast, campaign_id, chance)
        assert await verdicts(cast, campaign_id) == on_cards
        assert len(on_cards) == LEADS
