"""The `loomlite` command as a person meets it: sentences, exit codes, no tracebacks."""

import json
import socket
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from app.cli import main
from tests.pipeline.small_render import small_clip, small_site
from tests.test_batch import CAMPAIGN

LEADS = "name,site\nAda Lovelace,http://{address}/ada\nCharles,http://{address}/missing\n"


class Ended(NamedTuple):
    code: int
    said: str  # on one line, since a terminal's width breaks sentences


class Loomlite:
    """The command, standing in a folder."""

    def __init__(self, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capsys = patch, capsys

    def __call__(self, *arguments: object) -> Ended:
        self._patch.setattr(sys, "argv", ["loomlite", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capsys.readouterr()
        assert "Traceback" not in printed.err
        return Ended(int(ended.value.code or 0), " ".join((printed.out + printed.err).split()))


@pytest.fixture
def loomlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Loomlite:
    monkeypatch.chdir(tmp_path)
    return Loomlite(monkeypatch, capsys)


def test_each_command_explains_itself(loomlite: Loomlite, tmp_path: Path) -> None:
    code, said = loomlite("--help")
    assert code == 0
    for command in ["render", "preview", "preflight", "probe", "plan", "doctor", "bench", "demo"]:
        assert f" {command} " in said


def test_a_probe_is_a_table_for_people_and_json_for_programs(
    loomlite: Loomlite, tmp_path: Path
) -> None:
    clip = small_clip(tmp_path)
    code, said = loomlite("probe", clip)
    assert code == 0
    assert "128 × 96 px, 30.00 fps, h264" in said
    code, said = loomlite("probe", clip, "--json")
    assert json.loads(said)["duration_s"] == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["probe", "nothing.mp4"], "There is no file nothing.mp4."),
        (["probe", "campaign.toml"], "campaign.toml is not a video we can read."),
        (["render", "no.toml", "leads.csv", "facecam.mp4", "--out", "o"], "no.toml could not be"),
        (
            ["render", "campaign.toml", "no.csv", "facecam.mp4", "--out", "o"],
            "no.csv could not be opened",
        ),
        (
            ["render", "campaign.toml", "leads.csv", "facecam.mp4", "--out", "o", "--rows", "b"],
            "“b” names no rows.",
        ),
        (
            ["preview", "campaign.toml", "leads.csv", "facecam.mp4", "--out", "o", "--row", "9"],
            "Row 9 of the list holds no lead.",
        ),
        (["plan", "two words"], "has a space in it"),
        (["plan", "a.example", "--allow-address", "nowhere"], "names no port"),
    ],
)
def test_input_that_cannot_be_used_gets_a_sentence_and_exit_code_2(
    loomlite: Loomlite, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    (tmp_path / "campaign.toml").write_text(CAMPAIGN.format(address="127.0.0.1:9"))
    (tmp_path / "leads.csv").write_text(LEADS.format(address="127.0.0.1:9"))
    small_clip(tmp_path)
    code, said = loomlite(*arguments)
    assert sentence in said
    assert code == 2


def test_a_preflight_says_which_lead_would_fail_and_why(loomlite: Loomlite, tmp_path: Path) -> None:
    with small_site() as site:
        (tmp_path / "campaign.toml").write_text(CAMPAIGN.format(address=site.address))
        (tmp_path / "leads.csv").write_text(LEADS.format(address=site.address))
        code, said = loomlite(
            *("preflight", "campaign.toml", "leads.csv", "--out", "checked"),
            *("--allow-address", site.address),
        )
    assert code == 1
    assert "answered with error 404" in said
    assert "2 leads: 1 ready, 1 would fail." in said
    index = json.loads((tmp_path / "checked" / "index.json").read_text())
    assert [lead["verdict"] for lead in index["leads"]] == ["ready", "fails"]
    thumbnails = [page["thumbnail"] for page in index["pages"] if page["ok"]]
    assert all((tmp_path / "checked" / thumbnail).is_file() for thumbnail in thumbnails)


def test_a_plan_is_drawn_over_the_page(loomlite: Loomlite, tmp_path: Path) -> None:
    with small_site() as site:
        code, said = loomlite(
            *("plan", site.url("page"), "--png", "plan.png", "--duration-s", "5"),
            *("--allow-address", site.address),
        )
    assert code == 0, said
    assert (tmp_path / "plan.png").read_bytes().startswith(b"\x89PNG")


def test_a_demo_whose_port_is_taken_says_which(loomlite: Loomlite, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8099))
            taken.listen()
        except OSError:
            pass  # somebody else has it, which does as well
        code, said = loomlite("demo", "--out", "demo")
    assert code == 1
    assert "need the ports 8099 and 8098" in said


def test_a_folder_that_cannot_be_written_is_named(loomlite: Loomlite, tmp_path: Path) -> None:
    (tmp_path / "campaign.toml").write_text(CAMPAIGN.format(address="127.0.0.1:9"))
    (tmp_path / "leads.csv").write_text(LEADS.format(address="127.0.0.1:9"))
    (tmp_path / "taken").write_text("a file")
    small_clip(tmp_path)
    code, said = loomlite(
        *("render", "campaign.toml", "leads.csv", "facecam.mp4", "--out", "taken")
    )
    assert code == 1
    assert "taken cannot be used: File exists." in said
