"""The files: everything that was counted, as a spreadsheet reads it safely."""

import csv
import io
from datetime import timedelta
from uuid import UUID

import httpx
from sqlalchemy import insert, select

from app.analytics.export_pages import plain_name
from app.viewer.visit_models import Visit
from app.web.exports import Export, export_lines
from tests.analytics.stage import LENGTH_S, Seen, heat_video, make_seen_film
from tests.cast import Cast, in_workspace
from tests.renders.films import make_film, set_render

VISITS = [
    Seen(0, LENGTH_S, booked=True, ago=timedelta(minutes=9)),
    Seen(0, 5, ago=timedelta(minutes=8), fields={"device": "=cmd()", "referrer_host": "@SUM(A1)"}),
    Seen(1, kind="scanner", reason="agent", ago=timedelta(minutes=7)),
]


async def _table(cast: Cast, path: str) -> list[dict[str, str]]:
    answer = await cast.bob.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    return _read(answer)


def _read(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def _url(campaign_id: UUID, file: str) -> str:
    return f"/campaigns/{campaign_id}/analytics/{file}.csv"


async def test_every_lead_has_one_row_with_its_figures(cast: Cast) -> None:
    campaign_id, renders = await make_seen_film(cast, 3, VISITS)
    rows = await _table(cast, _url(campaign_id, "leads"))
    assert [row["row"] for row in rows] == ["2", "3", "4"]
    first, second, third = rows
    assert first["landing page"].endswith(f"/v/{renders[0].public_id}")
    assert (first["visits"], first["watched %"], first["seconds played"]) == ("2", "100", "25")
    assert first["booked"]
    assert (second["visits"], second["scanner visits"], second["first opened"]) == ("0", "1", "")
    assert (third["sent"], third["visits"], third["sample"]) == ("yes", "0", "no")


async def test_every_visit_is_there_with_who_it_was_and_why(cast: Cast) -> None:
    campaign_id, renders = await make_seen_film(cast, 2, VISITS)
    rows = await _table(cast, _url(campaign_id, "visits"))
    assert [row["who"] for row in rows] == ["Person", "Person", "Scanner"]
    assert rows[2]["reason"] == "Says of itself that it is a program"
    assert (rows[0]["which seconds"], rows[2]["which seconds"]) == ("0–20", "")
    assert {row["link id"] for row in rows} == {each.public_id for each in renders}


async def test_what_a_browser_said_of_itself_is_no_formula(cast: Cast) -> None:
    campaign_id, _ = await make_seen_film(cast, 2, VISITS)
    row = (await _table(cast, _url(campaign_id, "visits")))[1]
    assert (row["device"], row["came from"]) == ("'=cmd()", "'@SUM(A1)")


async def test_raw_events_stand_in_their_order(cast: Cast) -> None:
    campaign_id, _ = await make_seen_film(cast, 2, VISITS)
    rows = await _table(cast, _url(campaign_id, "events"))
    told = [(row["event"], row["from second"], row["to second"]) for row in rows]
    assert told == [
        *(("page seen", "", ""), ("play", "", ""), ("watched", "0", "20")),
        *(("page seen", "", ""), ("play", "", ""), ("watched", "0", "5")),
        ("page seen", "", ""),
    ]
    assert rows[2]["seconds after opening"] == "2.000"


async def test_days_and_seconds_are_those_of_the_charts(cast: Cast) -> None:
    campaign_id, _ = await make_seen_film(cast, 2, VISITS)
    days = await _table(cast, _url(campaign_id, "days"))
    total = {name: sum(int(row[name]) for row in days) for name in ("visits", "plays", "booked")}
    assert total == {"visits": 2, "plays": 2, "booked": 1}
    assert sum(int(row["scanner visits"]) for row in days) == 1
    assert await _table(cast, "/analytics/days.csv") == days
    seconds = await _table(cast, _url(campaign_id, "seconds"))
    assert len(seconds) == LENGTH_S
    assert [seconds[n]["plays"] for n in (0, 4, 5)] == ["2", "2", "1"]
    assert [seconds[n]["scene"] for n in (0, 9, 10)] == ["home", "home", "site"]


async def test_the_seconds_of_one_video_are_those_of_its_strip(cast: Cast) -> None:
    campaign_id, renders = await make_seen_film(cast, 2, VISITS)
    await set_render(
        cast, renders[0].id, "completed", files={"video.mp4": {"key": "k", "bytes": 1}}
    )
    await heat_video(cast, renders[0], [2] * 5 + [1] * 15)
    page, other = [f"/campaigns/{campaign_id}/videos/{each.id}" for each in renders]
    url = f"{page}/seconds.csv"
    assert f'href="{url}" download' in (await cast.bob.get(page)).text
    rows = await _table(cast, url)
    assert [row["times played"] for row in rows] == ["2"] * 5 + ["1"] * 15
    assert [rows[n]["scene"] for n in (0, 9, 10)] == ["home", "home", "site"]
    assert await _table(cast, f"{other}/seconds.csv") == []
    assert (await cast.charlie.get(url)).status_code == 404
    assert (await cast.charlie_at_home.get(url)).status_code == 404


async def test_all_campaigns_are_in_one_file_however_many_there_are(cast: Cast) -> None:
    for number in range(12):
        await make_film(cast, 1, name=f"Campaign {number}")
    await make_seen_film(cast, 2, VISITS, name="=Oslo")
    rows = await _table(cast, "/analytics/campaigns.csv?period=7d")
    assert len(rows) == 13
    assert rows[0]["campaign"] == "'=Oslo"
    figures = ("visits", "leads sent", "opened", "to the end", "booked")
    assert [rows[0][name] for name in figures] == ["2", "2", "1", "1", "1"]


async def test_what_is_not_a_file_is_not_found(cast: Cast) -> None:
    campaign_id = await make_film(cast, 1)
    for name in ("secrets", "visits.csv", "..%2Fdays"):
        assert (await cast.bob.get(_url(campaign_id, name))).status_code == 404
    assert len(await _table(cast, _url(campaign_id, "visits"))) == 0


async def test_a_long_file_is_read_piece_by_piece_and_holds_every_row_once(cast: Cast) -> None:
    campaign_id, renders = await make_seen_film(cast, 1, [Seen(0, 5)])
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        known = (await session.scalars(select(Visit))).one()
        # All at one moment: only their ids tell them apart.
        await session.execute(
            insert(Visit),
            [
                {
                    "workspace_id": cast.acme.id, "id": UUID(int=number), "kind": "person",
                    "campaign_id": campaign_id, "public_id": renders[0].public_id,
                    "render_id": renders[0].id, "opened_at": known.opened_at,
                    "last_seen_at": known.opened_at, "duration_s": LENGTH_S,
                }
                for number in range(1, 2500)
            ],
        )  # fmt: skip
    rows = await _table(cast, _url(campaign_id, "visits"))
    assert len(rows) == len({row["visit"] for row in rows}) == 2500


async def test_a_file_of_nothing_is_its_header(cast: Cast) -> None:
    async def read(_session: object, _after: object) -> tuple[list[list[str]], None]:
        return [], None

    export = Export(("one", "=two"), read)
    lines = [line async for line in export_lines(cast.site.database, cast.acme.id, export)]
    assert lines == ['\ufeff"one","\'=two"\r\n']


def test_a_file_has_a_name_that_every_system_takes() -> None:
    assert plain_name("Büro, März") == "buro-marz"
    assert plain_name("東京") == "campaign"
