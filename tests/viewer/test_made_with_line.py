"""The line that says what pages were made with: by the plan of the moment, whatever was chosen, and
what was chosen comes back with the plan that allows it."""

from pathlib import Path

import pytest

from app.billing.plans import FREE, STARTER, Plan, set_plan, set_service_plan
from tests.cast import Cast, in_workspace, litestar_in
from tests.viewer.editing import OF_WORKSPACE, choices_of, of_campaign, save, typed
from tests.viewer.editing import typed_of_campaign as typed_for_one
from tests.viewer.links import choose, show_video

LINE = "Made with Loom-Lite"


@pytest.fixture(autouse=True)
def _no_moment_is_too_short(cast: Cast) -> None:
    """Every look finds what is remembered two seconds old, so the rows are read again."""
    litestar_in(cast.site.app).state.link_memory.links.fresh_s = 0.0


async def _has(cast: Cast, plan: Plan) -> None:
    async with cast.site.database.session() as session:
        await set_service_plan(session, sells=True)
        await in_workspace(session, cast.acme)
        await set_plan(session, plan)


async def test_pages_say_so_by_the_plan_of_the_moment(cast: Cast, tmp_path: Path) -> None:
    await choose(cast, shows_made_with=False)
    shown = await show_video(cast, tmp_path)
    assert LINE not in (await cast.nobody.get(shown.path)).text
    await _has(cast, FREE)
    assert LINE in (await cast.nobody.get(shown.path)).text
    await _has(cast, STARTER)
    assert LINE not in (await cast.nobody.get(shown.path)).text


async def test_a_service_that_sells_shows_it_to_who_bought_nothing(
    cast: Cast, tmp_path: Path
) -> None:
    await choose(cast, shows_made_with=False)
    shown = await show_video(cast, tmp_path)
    async with cast.site.database.session() as session:
        await set_service_plan(session, sells=True)
    assert LINE in (await cast.nobody.get(shown.path)).text


async def test_a_choice_that_was_made_outlives_what_is_saved_without_it(
    cast: Cast, tmp_path: Path
) -> None:
    shown = await show_video(cast, tmp_path)
    own = of_campaign(shown.campaign_id)
    await save(cast.alice, OF_WORKSPACE, typed(shows_made_with=""))
    await save(cast.alice, own, typed_for_one("foot", shows_made_with="", footer="Ours"))
    await _has(cast, FREE)
    assert "Starter has pages without our name" in (await cast.alice.get(OF_WORKSPACE)).text
    preview = await cast.alice.get(f"{own}/preview")
    assert LINE in preview.text
    # What a browser sends that shows no such switch.
    await save(cast.alice, OF_WORKSPACE, typed(shows_made_with="", headline="Hello"))
    await save(cast.alice, own, typed_for_one("foot", shows_made_with="", footer="Other"))
    page = (await cast.nobody.get(shown.path)).text
    assert LINE in page
    assert "Other" in page
    await _has(cast, STARTER)
    assert (await choices_of(cast))["shows_made_with"] is False
    assert (await choices_of(cast, shown.campaign_id))["shows_made_with"] is False
    assert LINE not in (await cast.nobody.get(shown.path)).text


async def test_who_never_chose_says_it_also_after_an_upgrade(cast: Cast, tmp_path: Path) -> None:
    shown = await show_video(cast, tmp_path)
    await _has(cast, FREE)
    await save(cast.alice, OF_WORKSPACE, typed(headline="Hello"))
    await _has(cast, STARTER)
    assert LINE in (await cast.nobody.get(shown.path)).text
