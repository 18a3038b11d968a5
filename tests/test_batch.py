"""A list becomes videos, with real engine processes over a small real site."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from app.batch import Batch, Order
from app.inputs import Inputs, InputsInvalid, check_rows, read_inputs
from app.pipeline.spec import RenderSpec
from app.row_ranges import EVERY_ROW, parse_rows
from app.summary import LeadOutcome
from tests.pipeline.small_render import (
    END_LIMIT_S,
    SmallSite,
    engines,
    left_alive,
    small_clip,
    small_site,
)

CAMPAIGN = """
[[scenes]]
id = "site"
csv_column = "site"
duration_s = 1

[[scenes]]
id = "ours"
url = "http://{address}/ours"
duration_s = 1

[output]
width = 320
height = 180
fps = 30
preset = "superfast"
page_load_wait_ms = 300

[facecam]
width = 64
margin = 8
border = 2
"""
LEADS = """name,site
Ada Lovelace,http://{address}/ada
Charles Babbage,http://{address}/missing
Grace Hopper,not an address
"""


class Notebook:
    """A watcher that writes down what it is told."""

    def __init__(self) -> None:
        self.started: list[int] = []
        self.moved = asyncio.Event()
        self.outcomes: dict[int, LeadOutcome] = {}

    def lead_started(self, spec: RenderSpec) -> None:
        self.started.append(spec.lead.row)

    def lead_moved(self, spec: RenderSpec, event: dict[str, Any]) -> None:
        self.moved.set()

    def lead_ended(self, outcome: LeadOutcome) -> None:
        self.outcomes[outcome.row] = outcome


async def inputs_for(folder: Path, site: SmallSite, leads: str = LEADS) -> Inputs:
    (folder / "campaign.toml").write_text(CAMPAIGN.format(address=site.address))
    (folder / "leads.csv").write_text(leads.format(address=site.address))
    clip = folder / "facecam.mp4"
    if not clip.exists():
        small_clip(folder)
    return await read_inputs(folder / "campaign.toml", folder / "leads.csv", clip)


def order_for(folder: Path, site: SmallSite, **options: Any) -> Order:
    addresses = (site.address,)
    out = folder / "out"
    return Order(out=out, artifacts=out / "artifacts", allow_addresses=addresses, **options)


async def run(inputs: Inputs, order: Order) -> tuple[Batch, Notebook]:
    notebook = Notebook()
    batch = Batch(inputs, order, notebook)
    await batch.run()
    return batch, notebook


def summary(folder: Path) -> dict[int, dict[str, Any]]:
    leads = json.loads((folder / "out" / "summary.json").read_text())["leads"]
    return {lead["row"]: lead for lead in leads}


async def test_one_lead_fails_and_the_others_get_their_videos(tmp_path: Path) -> None:
    with small_site() as site:
        inputs = await inputs_for(tmp_path, site)
        check = check_rows(inputs.leads, EVERY_ROW)
        assert (check.good, check.bad) == (2, 1)
        batch, notebook = await run(inputs, order_for(tmp_path, site, jobs=2))
        assert not batch.all_made
        states = {row: lead["state"] for row, lead in summary(tmp_path).items()}
        assert states == {2: "completed", 3: "failed", 4: "skipped"}
        assert sorted(notebook.started) == [2, 3]
        failed = summary(tmp_path)[3]
        assert failed["error"]["error"] == "page_not_found"
        for path in summary(tmp_path)[2]["paths"].values():
            assert (tmp_path / "out" / path).is_file()

        # A second run makes only what is missing: nothing of the first lead, the second again.
        (tmp_path / "leads.csv").write_text(
            LEADS.format(address=site.address).replace("missing", "charles")
        )
        inputs = await read_inputs(
            tmp_path / "campaign.toml", tmp_path / "leads.csv", tmp_path / "facecam.mp4"
        )
        batch, notebook = await run(inputs, order_for(tmp_path, site))
        assert notebook.started == [3]
        states = {row: lead["state"] for row, lead in summary(tmp_path).items()}
        assert states == {2: "unchanged", 3: "completed", 4: "skipped"}
        report = json.loads((tmp_path / "out" / "3-charles-babbage" / "report.json").read_text())
        assert report["scenes"][1]["segment_cached"], "the shared scene is made once"

        # A file that is gone is missing; the rows that are not asked for keep their outcome.
        (tmp_path / "out" / "2-ada-lovelace" / "poster.jpg").unlink()
        _, notebook = await run(inputs, order_for(tmp_path, site, rows=parse_rows("2")))
        assert notebook.outcomes[2].state == "completed"
        assert summary(tmp_path).keys() == {2, 3, 4}

        # So is one that an earlier release did not make.
        report_file = tmp_path / "out" / "2-ada-lovelace" / "report.json"
        report = json.loads(report_file.read_text())
        del report["sizes_bytes"]["light.mp4"]
        report_file.write_text(json.dumps(report))
        report_file.with_name("light.mp4").unlink()
        _, notebook = await run(inputs, order_for(tmp_path, site, rows=parse_rows("2")))
        assert notebook.outcomes[2].state == "completed"
        assert report_file.with_name("light.mp4").is_file()


async def test_a_cancelled_batch_ends_its_engines_and_says_so(tmp_path: Path) -> None:
    leads = "name,site\nAda,http://{address}/held/ada\n"
    with small_site() as site:
        inputs = await inputs_for(tmp_path, site, leads)
        notebook = Notebook()
        running = asyncio.create_task(Batch(inputs, order_for(tmp_path, site), notebook).run())
        assert await asyncio.to_thread(site.asked.wait, END_LIMIT_S)
        started = engines()
        assert started
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await asyncio.to_thread(left_alive, started) == []
        assert summary(tmp_path)[2]["state"] == "cancelled"
        assert list((tmp_path / "out" / "artifacts" / "drafts").iterdir()) == []


async def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "campaign.toml").write_text('fit = "wide"\n[[scenes]]\nid = "a"\nurl = "x y"\n')
    (tmp_path / "facecam.mp4").write_text("no clip")
    with pytest.raises(InputsInvalid) as invalid:
        await read_inputs(
            tmp_path / "campaign.toml", tmp_path / "leads.csv", tmp_path / "facecam.mp4"
        )
    said = str(invalid.value)
    assert "fit: must be one of scale, last, strict" in said
    assert "scenes[0].url" in said
    assert "facecam.mp4 is not a video we can read" in said
