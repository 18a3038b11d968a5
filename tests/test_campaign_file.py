"""A campaign file is read as TOML or JSON, and a slip in its syntax is shown by its line."""

import json
from pathlib import Path

import pytest

from app.campaign import load_campaign
from app.campaign_problems import CampaignInvalid

TOML = """
name = "Q4 outreach"
fit = "last"

[[scenes]]
id = "profile"
csv_column = "linkedin_url"
duration_s = 12.5
fallback_url = "example.com"
scroll = { persona = "brisk", depth = "#pricing" }

[output]
fps = 30
"""


def mistakes(path: Path) -> str:
    with pytest.raises(CampaignInvalid) as refused:
        load_campaign(path)
    return str(refused.value)


@pytest.mark.parametrize("name", ["campaign.toml", "campaign.TOML", "campaign", "campaign.txt"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_toml_is_read(tmp_path: Path, name: str, mark: str) -> None:
    path = tmp_path / name
    path.write_text(mark + TOML.replace("\n", "\r\n"), encoding="utf-8", newline="")
    campaign = load_campaign(path)
    assert (campaign.name, campaign.fit, campaign.output.fps) == ("Q4 outreach", "last", 30)
    assert campaign.scenes[0].fallback_url == "https://example.com/"
    assert campaign.scenes[0].scroll.depth == "#pricing"


@pytest.mark.parametrize("name", ["campaign.json", "campaign"])
def test_json_says_the_same(tmp_path: Path, name: str) -> None:
    (tmp_path / "campaign.toml").write_text(TOML)
    campaign = load_campaign(tmp_path / "campaign.toml")
    (tmp_path / name).write_text(json.dumps(campaign.model_dump(mode="json")))
    assert load_campaign(tmp_path / name) == campaign


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("c.toml", b'name = "a"\nfit = scale\n',
         "line 2: is not valid TOML: Invalid value (column 7)"),
        ("c.toml", b'name = "a\n',
         "line 1: is not valid TOML: Illegal character '\\n' (column 10)"),
        ("c.toml", b'a = 1\nname = """a\n\n',
         'line 2: is not valid TOML: Unterminated string, and the file ends here'),
        ("c.toml", b"a = 1\na = 2\n",
         "line 2: is not valid TOML: Cannot overwrite a value (column 6)"),
        ("c.json", b'{"name": "a",\n "fit": }',
         "line 2: is not valid JSON: Expecting value (column 9)"),
        ("c.json", b"[]", "must be a JSON object: { … }"),
        ("c.json", b"[" * 100_000, "is nested too deeply to be a campaign"),
        ("c.toml", b"a = " + b"[" * 100_000, "is nested too deeply to be a campaign"),
        ("c.toml", b"a = 1\nname = '\xe4'\n",
         "line 2: is not UTF-8 text; save the file as UTF-8"),
        ("c.toml", b"#" * 1_000_001, "c.toml is larger than 1 MB, so it is not a campaign file"),
    ],
)  # fmt: skip
def test_a_slip_in_the_file_is_shown_by_its_line(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert mistakes(path) == sentence


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    said = "none.toml could not be opened: no such file or directory"
    assert mistakes(tmp_path / "none.toml") == said


def test_mistakes_in_a_file_have_their_paths(tmp_path: Path) -> None:
    path = tmp_path / "campaign.toml"
    path.write_text(TOML.replace("12.5", "0").replace("fps = 30", "fps = 25"))
    assert mistakes(path).splitlines() == [
        "scenes[0].duration_s: must be a number of seconds between 1 and 300, not 0",
        "output.fps: must be 30 or 60, not 25",
    ]
