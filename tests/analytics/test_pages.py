"""The pages of figures, against visits whose numbers are known by construction."""

import re
from datetime import timedelta

import pytest

from tests.analytics.stage import LENGTH_S, Seen, heat_video, make_seen_film
from tests.cast import Cast
from tests.renders.films import make_film, set_render

DAY = timedelta(days=1)
VISITS = [
    Seen(0, LENGTH_S, booked=True),
    Seen(0, 5, ago=2 * DAY),
    Seen(1, LENGTH_S // 2, clicked=True),
    Seen(2),
    Seen(2, kind="scanner", reason="burst"),
    Seen(3, kind="scanner", reason="agent", ago=40 * DAY),
    Seen(3, kind="team"),
    Seen(3, kind="unverified"),
]


def _texts(svg: str) -> list[str]:
    return [re.sub(r"<[^>]+>", " ", each).strip() for each in re.findall(r"<text.*?</text>", svg)]


def _chart(page: str, kind: str) -> str:
    found = re.search(rf'<svg class="chart chart-{kind}".*?\n</svg>', page, re.DOTALL)
    assert found is not None, f"there is no {kind}"
    return found[0]


@pytest.mark.parametrize(
    "path",
    ["", "/now", "/leads.csv", "/visits.csv", "/days.csv", "/seconds.csv", "/events.csv"],
)
async def test_a_stranger_gets_404(cast: Cast, path: str) -> None:
    campaign_id, _ = await make_seen_film(cast, 1, [Seen(0, 5)])
    url = f"/campaigns/{campaign_id}/analytics{path}"
    assert (await cast.bob.get(url)).status_code == 200
    assert (await cast.charlie.get(url)).status_code == 404
    assert (await cast.charlie_at_home.get(url)).status_code == 404


@pytest.mark.parametrize("path", ["", "/days.csv", "/campaigns.csv"])
async def test_a_stranger_sees_nothing_of_a_workspace(cast: Cast, path: str) -> None:
    await make_seen_film(cast, 1, [Seen(0, 5)], name="Oslo")
    assert "Oslo" in (await cast.bob.get("/analytics")).text
    assert (await cast.charlie.get("/analytics" + path)).status_code == 404
    assert "Oslo" not in (await cast.charlie_at_home.get("/analytics" + path)).text


async def test_the_funnel_counts_each_lead_once_and_no_scanner(cast: Cast) -> None:
    campaign_id, _ = await make_seen_film(cast, 4, VISITS)
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/analytics")).text
    said = _texts(_chart(page, "funnel"))
    assert said == [
        *("Sent", "4"),
        *("Opened", "3 75 %"),
        *("Played", "2 50 %"),
        *("Half", "2 50 %"),
        *("To the end", "1 25 %"),
        *("Booked", "1 25 %"),
    ]
    assert "links of ready videos" in page


async def test_the_curve_falls_where_people_stopped_and_names_the_scenes(cast: Cast) -> None:
    campaign_id, _ = await make_seen_film(cast, 4, VISITS)
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/analytics")).text
    drawn = _chart(page, "curve")
    assert {"home", "site"} <= set(_texts(drawn))
    # Three plays: to 20 s, to 5 s and to 10 s.
    assert "100 % saw the first second and 33 % the last one." in drawn
    rows = re.findall(r'data-label="Share">(\d+) %', page)
    assert rows == ["100"] * 5 + ["67"] * 5 + ["33"] * 10
    assert "Of 3 plays" in page


async def test_days_hold_visits_and_plays_of_the_period_alone(cast: Cast) -> None:
    await make_seen_film(cast, 4, [*VISITS, Seen(1, 5, ago=20 * DAY)], name="Oslo")
    for query, total in (("?period=7d", 4), ("", 5), ("?period=nonsense", 5), ("?period=all", 5)):
        page = (await cast.bob.get("/analytics" + query)).text
        assert f"<dd>{total}</dd>" in page.partition("<dt>Visits</dt>")[2][:40], query
    drawn = _chart((await cast.bob.get("/analytics?period=7d")).text, "bars")
    assert "4 visits from" in drawn
    assert drawn.count("<g class=") == 7


async def test_scanners_and_the_team_stand_apart_with_their_reason(cast: Cast) -> None:
    campaign_id, _ = await make_seen_film(cast, 4, VISITS)
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/analytics?period=7d")).text
    apart = page[page.index('id="left-out-title"') :]
    assert "Opened several links within a second" in apart
    assert "Somebody of your team, signed in" in apart
    assert "The page was fetched, and nothing more is known" in apart
    # Among the last ones of all time, but not counted in these days.
    assert apart.count("Says of itself that it is a program") == 1
    overview = (await cast.bob.get("/analytics")).text
    assert "Not counted: 1 visit of link scanners, 1 of your team, 1 not confirmed" in overview


async def test_the_best_booked_and_the_worst_opened_and_left(cast: Cast) -> None:
    campaign_id, renders = await make_seen_film(cast, 14, [Seen(n, n) for n in range(13)])
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/analytics")).text
    best, worst = page.split("Opened, and watched the least")
    ids = [str(each.id) for each in renders]
    found_best = [i for i in ids if f"/videos/{i}" in best]
    found_worst = [i for i in ids if f"/videos/{i}" in worst]
    assert found_best == ids[3:13]
    assert found_worst == ids[:3]


async def test_of_a_few_leads_the_lower_half_are_the_least(cast: Cast) -> None:
    visits = [Seen(n, 4 * n, booked=n == 1) for n in range(5)]
    campaign_id, renders = await make_seen_film(cast, 5, visits)
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/analytics")).text
    best, worst = page.split("Opened, and watched the least")
    places = [best.find(f"/videos/{renders[n].id}") for n in (1, 4, 3)]
    assert -1 not in places
    assert places == sorted(places), "who booked comes first"
    assert [n for n in range(5) if f"/videos/{renders[n].id}" in worst] == [0, 2]


async def test_campaigns_are_compared_by_their_leads(cast: Cast) -> None:
    await make_seen_film(cast, 4, VISITS, name="Oslo")
    await make_seen_film(cast, 2, [Seen(0, 20)], name="Bergen")
    page = (await cast.bob.get("/analytics")).text
    rows = page[page.index("compare-table") :]
    assert rows.index("Oslo") < rows.index("Bergen")
    shares = re.findall(r'<span class="strong">(.*?)</span>', rows)
    assert shares == ["75 %", "50 %", "25 %", "25 %", "50 %", "50 %", "50 %", "0 %"]


async def test_who_watches_now_is_there_and_who_left_is_not(cast: Cast) -> None:
    campaign_id, renders = await make_seen_film(
        cast, 3, [Seen(0, 7, ago=timedelta(seconds=8)), Seen(1, 20), Seen(2, ago=timedelta(0))]
    )
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/analytics/now")).text
    assert "at 0:07 of 0:20" in page
    assert f"/videos/{renders[0].id}" in page
    assert f"/videos/{renders[1].id}" not in page
    video = (await cast.bob.get(f"/campaigns/{campaign_id}/videos/{renders[0].id}")).text
    assert "Being watched now" not in video  # it has no file in this test


async def test_a_name_is_text_wherever_it_stands(cast: Cast) -> None:
    name = "<script>x</script>"
    campaign_id, _ = await make_seen_film(
        cast, 1, [Seen(0, 5)], name=name, scenes=[{"id": "home", "url": "https://a.example/"}]
    )
    for path in ("/analytics", f"/campaigns/{campaign_id}/analytics"):
        assert name not in (await cast.bob.get(path)).text


async def test_a_campaign_without_videos_or_visits_says_what_this_is_for(cast: Cast) -> None:
    assert "Nothing to count yet" in (await cast.bob.get("/analytics")).text
    campaign_id = await make_film(cast, 1)
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/analytics")).text
    assert "No links to open yet" in page


async def test_videos_that_nobody_opened_draw_empty_charts(cast: Cast) -> None:
    campaign_id, _ = await make_seen_film(cast, 3)
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/analytics")).text
    assert _texts(_chart(page, "funnel"))[:4] == ["Sent", "3", "Opened", "0 0 %"]
    for said in (
        "Nobody has played a video yet",
        "Nobody has opened a page yet",
        "Nothing was left",
    ):
        assert said in page
    assert "0 visits from" in _chart(page, "bars")


async def test_a_video_tells_which_seconds_were_watched_and_who_came(cast: Cast) -> None:
    campaign_id, renders = await make_seen_film(cast, 2, [*VISITS[:2], Seen(0, kind="team")])
    files = {"video.mp4": {"key": "k", "bytes": 1}, "poster.jpg": {"key": "p", "bytes": 1}}
    for each in renders:
        await set_render(cast, each.id, "completed", files=files)
    await heat_video(cast, renders[0], [2] * 5 + [1] * 15)
    page = (await cast.bob.get(f"/campaigns/{campaign_id}/videos/{renders[0].id}")).text
    views = page[page.index('id="video-views"') :]
    drawn = _chart(views, "strip")
    assert "0:20 of 0:20 watched, 0:05 of it more than once." in drawn
    assert "0:00–0:05: watched twice" in drawn
    assert {"home", "site"} <= set(_texts(drawn))
    assert "<dd>2</dd>" in views.partition("<dt>Visits</dt>")[2][:40]
    assert "<dd>100 %</dd>" in views
    assert views.count("mail.example.com") == 3
    assert "Somebody of your team, signed in" in views
    unseen = (await cast.bob.get(f"/campaigns/{campaign_id}/videos/{renders[1].id}")).text
    assert "Nobody has opened this lead’s page yet." in unseen


async def test_what_each_number_means_is_one_click_away(cast: Cast) -> None:
    assert "/help/analytics" in (await cast.bob.get("/help")).text
    page = (await cast.bob.get("/help/analytics")).text
    assert "What is not counted" in page
    settings = cast.site.settings
    assert f"until their month has been over for {settings.visit_events_days} days" in page
    assert f"single visits for {settings.visits_days} days" in page
    assert "by a copied link counts as a person’s visit" in page
    assert (await cast.charlie.get("/help/analytics")).status_code == 404
