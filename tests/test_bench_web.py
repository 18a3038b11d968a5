"""The web's half of the bench on a handful of rows: all of it runs, and its rows are right."""

import asyncio
from pathlib import Path

import pytest

from app.bench.web_bed import open_web_bed
from app.bench.web_client import Ask, Unexpected, ask_once
from app.bench.web_import import ListImport, Memory, list_file
from app.bench.web_rounds import SMOKE, PageRound, WebMeasured, measure_web
from app.bench.web_rows import web_figures, web_title
from app.bench.web_seed import HEADERS
from app.bench.web_weight import Weight, named_in
from app.campaigns.lead_checks import RawRow, check_rows
from app.leads import LeadColumns
from app.leads.table import read_table

ROUND = PageRound([0.010] * 19 + [0.050], 0.1)


def measured(**fields: object) -> WebMeasured:
    found = WebMeasured(200, 2000, 200_000)
    found.pages = {page: [ROUND] for page in ("dashboard", "campaign page")}
    found.statements = {page: [9, 9, 10] for page in found.pages}
    found.rates = [(600.0, 1000.0), (500.0, 1000.0), (700.0, 1000.0)]
    found.weights = {"dashboard": Weight({"HTML": 10_000, "CSS": 120_000}, 3)}
    found.list_import = ListImport(100_000, 20_000_000, 12.5, Memory(0, 250_000_000, 1, 2))
    for name, value in fields.items():
        setattr(found, name, value)
    return found


def test_every_goal_of_the_web_has_its_row() -> None:
    rows = {row.what: row for row in web_figures(measured())}
    assert rows["dashboard, p95"].samples[0] == pytest.approx(48.0)
    assert "of which 5 ms are the web process's own work" in rows["campaign page, p95"].beside
    assert rows["dashboard, statements"].measured == "10"
    assert rows["its memory at the most"].measured == "250 MB"
    shared = rows["sign-in page against a bare Litestar with the same text"]
    assert shared.measured == "60 % (50 … 70)"
    assert shared.kept is True
    assert rows["first load, dashboard"].kept is False
    assert {row.kept for what, row in rows.items() if "first load" not in what} == {True}
    assert web_title(measured()).startswith("200 workspaces, 2,000 campaigns, 200,000 leads")


def test_one_statement_more_than_allowed_breaks_the_goal() -> None:
    rows = {row.what: row for row in web_figures(measured(statements={
        "dashboard": [9, 13], "campaign page": [12],
    }))}  # fmt: skip
    assert rows["dashboard, statements"].kept is False
    assert rows["campaign page, statements"].kept is True


def test_what_a_browser_fetches_is_found_in_pages_modules_and_sheets() -> None:
    page = (
        '<link rel="stylesheet" href="/static/1/app.css"><a href="/campaigns">'
        '<script type="module" src="/static/1/js/a.js"></script>'
        '<svg><use href="/static/1/sprite.svg#x"></use></svg>'
    )
    assert list(named_in("/campaigns", page)) == [
        "/static/1/app.css", "/static/1/js/a.js", "/static/1/sprite.svg",
    ]  # fmt: skip
    module = 'import { a } from "./b.js";\nimport "../vendor/c.js";\nconst d = "./e.js";'
    assert list(named_in("/static/1/js/a.js", module)) == [
        "/static/1/js/b.js", "/static/1/vendor/c.js",
    ]  # fmt: skip
    sheet = '@import "css/b.css"; a { background: url(data:image/png;base64,x) }'
    assert list(named_in("/static/1/app.css", sheet)) == ["/static/1/css/b.css"]


def test_the_list_of_the_bench_is_good_in_every_row(tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(list_file(50))
    table = read_table(file, name="leads.csv")
    assert table.headers == HEADERS
    columns = LeadColumns(
        name=("Name",), email="E-mail", company="Company", url_columns=("Website", "Profile")
    )
    rows = (RawRow(each.row, each.cells, each.problem) for each in table)
    assert [row.state for row in check_rows(rows, table.headers, columns)] == ["good"] * 50


def test_the_whole_of_it_runs_on_a_handful_of_rows() -> None:
    said: list[str] = []
    with open_web_bed(SMOKE.workspaces) as bed:
        taken = measure_web(bed, SMOKE, said.append)
        folder = bed.folder
    assert not folder.exists()
    assert len(said) == 3
    assert (taken.campaigns, taken.leads) == (80, 8000)
    assert {len(rounds[0].took_s) for rounds in taken.pages.values()} == {SMOKE.requests}
    assert all(max(counts) <= 12 for counts in taken.statements.values())
    assert taken.list_import is not None
    assert taken.list_import.memory.reader > 0
    assert all(own > 0 and bare > 0 for own, bare in taken.rates)
    assert all(weight.total_bytes > 20_000 for weight in taken.weights.values())
    assert len(web_figures(taken)) == 10


async def test_an_answer_that_is_not_the_page_stops_the_bench() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 503 Gone\r\nContent-Length: 4\r\n\r\nWait")
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unexpected, match=r"/campaigns.*503"):
            await ask_once(port, Ask("acme", "/campaigns"))
