"""The how-tos: all of the team reads them, and their links lead somewhere."""

import re

from tests.cast import Cast


async def test_a_stranger_gets_404(cast: Cast) -> None:
    assert (await cast.charlie.get("/help")).status_code == 404
    assert (await cast.nobody.get("/help")).status_code == 303


async def test_everybody_of_the_team_reads_the_how_tos(cast: Cast) -> None:
    for each in (cast.alice, cast.adam, cast.bob):
        answer = await each.get("/help")
        assert answer.status_code == 200
        assert answer.text.count('<ol class="help-steps">') == 6


async def test_each_how_to_is_reached_from_the_top(cast: Cast) -> None:
    text = (await cast.bob.get("/help")).text
    wanted = re.findall(r'<li><a href="#([\w-]+)"', text)
    assert wanted == re.findall(r'<h2 id="([\w-]+)" tabindex="-1"', text)
    assert len(wanted) == 6


async def test_the_limits_are_those_that_hold(cast: Cast) -> None:
    text = (await cast.bob.get("/help")).text
    for limit in ("5 minutes are the most", "at most 2 GB", "200,000 leads and 50 MB"):
        assert limit in text


async def test_every_page_of_the_workspace_leads_to_it(cast: Cast) -> None:
    text = (await cast.bob.get("/campaigns")).text
    foot = text.partition('class="sidebar-foot"')[2].partition("</nav>")[0]
    assert 'href="/help"' in foot
    assert 'aria-current="page"' in (await cast.bob.get("/help")).text.partition("sidebar-foot")[2]
