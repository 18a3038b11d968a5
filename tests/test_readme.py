"""The README keeps its word: what it shows is what there is."""

import inspect
import re
import tomllib
from pathlib import Path

from app.campaign import Campaign, parse_campaign
from app.pipeline import errors

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_every_error_and_its_cure_is_in_the_readme() -> None:
    kinds = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.PipelineError) and not kind.__subclasses__()
    ]
    assert len(kinds) > 20
    assert [kind.__name__ for kind in kinds if f"`{kind.__name__}`" not in README] == []


def test_the_campaign_file_shown_is_valid_and_shows_the_defaults() -> None:
    shown = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    values = tomllib.loads(shown.group(1))
    campaign = parse_campaign(values)
    defaults = Campaign.model_validate(
        {"name": campaign.name, "scenes": [dict(s) for s in values["scenes"]]}
    )
    assert campaign.output == defaults.output
    assert campaign.facecam == defaults.facecam
    assert campaign.fit == defaults.fit


def test_every_picture_and_page_it_points_to_exists() -> None:
    folder = Path(__file__).parent.parent
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert targets
    assert [target for target in targets if not (folder / target).exists()] == []
