"""What another plan stops is told before it is taken: by what this workspace really has."""

from datetime import UTC, datetime, timedelta

from app.billing.plan_effects import Effect
from app.billing.plans import BUSINESS, FREE, GROWTH, STARTER, Plan, set_plan, set_service_plan
from app.db.base import now
from app.domains.models import CustomDomain
from app.domains.plan_effects import EffectsInWorkspace
from app.viewer.models import LandingPage
from tests.cast import Cast, in_workspace
from tests.renders.films import make_film, press_render, renders_of, set_render

AT = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)


async def _effects(cast: Cast, plan: Plan, *, has: Plan = GROWTH) -> list[Effect]:
    async with cast.site.database.session() as session:
        await set_service_plan(session, sells=True)
        await in_workspace(session, cast.acme)
        await set_plan(session, has)
        of_acme = EffectsInWorkspace(cast.site.settings)
        return list(await of_acme.of_change(session, plan, AT))


async def test_a_larger_plan_takes_nothing_away(cast: Cast) -> None:
    assert await _effects(cast, BUSINESS) == []
    assert await _effects(cast, GROWTH) == []


async def test_all_that_a_smaller_plan_stops_is_told_with_its_day(cast: Cast) -> None:
    campaign_id = await make_film(cast, 3)
    await press_render(cast, campaign_id)
    for render in (await renders_of(cast, campaign_id))[:2]:
        await set_render(cast, render.id, "completed")
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        domain = CustomDomain(workspace_id=cast.acme.id, host="videos.acme.com", token="t")
        domain.state, domain.verified_at = "verified", now()
        session.add(domain)
        session.add(LandingPage(workspace_id=cast.acme.id, choices={"shows_made_with": False}))
    found = await _effects(cast, FREE)
    said = [each.sentence for each in found]
    home = f"acme.{cast.site.settings.host}"
    assert said == [
        "You have 10 videos and 10 minutes a month. What you ask for beyond that waits in line.",
        "1 video is made at a time instead of 4.",
        "Videos that are made from then on are kept for 30 days.",
        "3 members stay, but nobody can be invited, and open invitations wait: Free has 2 seats.",
        "videos.acme.com shows your landing pages until 17 December 2026. "
        f"Links at {home} go on for ever.",
        "The line “Made with Loom-Lite” appears on 2 landing pages.",
        "2 finished videos stay, for as long as was said when each was made, and so do their links "
        "and figures.",
        "Campaigns, leads and facecams stay. Larger plans bring the rest back.",
    ]
    assert {each.when for each in found if each.kind == "stops"} == {AT, AT + timedelta(days=14)}
    assert {each.when for each in found if each.kind == "stays"} == {None}


async def test_only_what_there_is_is_told(cast: Cast) -> None:
    said = " ".join(each.sentence for each in await _effects(cast, STARTER))
    assert "landing page" not in said
    assert "finished" not in said
    assert "3 people can belong to this workspace instead of 10." in said


async def test_longer_campaigns_are_counted(cast: Cast) -> None:
    await make_film(cast, 1)
    short = Plan("free", "Free", 10, 10, 1, 2, 15, 30)
    said = " ".join(each.sentence for each in await _effects(cast, short))
    assert (
        "Free has videos of up to 15 seconds: 1 campaign has longer ones and cannot be rendered "
        "again." in said
    )


async def test_nothing_of_others_is_counted(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    await press_render(cast, campaign_id)
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.other)
        await set_plan(session, GROWTH)
        found = await EffectsInWorkspace(cast.site.settings).of_change(session, FREE, AT)
    assert "1 campaign" not in " ".join(each.sentence for each in found)
    assert "2 people can belong" in " ".join(each.sentence for each in found)
