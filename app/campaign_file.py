"""A TOML or JSON file becomes plain values, or names the faulty line; it knows no campaign."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from app.campaign_problems import CampaignInvalid, Problem

MAX_FILE_BYTES = 1_000_000  # fifty scenes are a few kilobytes


def read_campaign_file(path: Path) -> dict[str, Any]:
    """The values in the file. The suffix says TOML or JSON; without one of the two, the content.

    Raises CampaignInvalid for a file that cannot be read or whose syntax is broken.
    """
    text = _read_text(path)
    suffix = path.suffix.lower()
    is_json = suffix == ".json" or (suffix != ".toml" and text.lstrip().startswith("{"))
    return _parse_json(text) if is_json else _parse_toml(text)


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        cause = (error.strerror or "it cannot be read").lower()
        raise _invalid(f"{path.name} could not be opened: {cause}") from error
    if len(content) > MAX_FILE_BYTES:
        raise _invalid(f"{path.name} is larger than 1 MB, so it is not a campaign file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _invalid("is not UTF-8 text; save the file as UTF-8", line) from error


def _parse_toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Python 3.11 gives the place only inside the sentence.
        said = str(error)
        place = re.search(r" \(at line (\d+), column (\d+)\)$", said)
        if place is None:
            cause = said.removesuffix(" (at end of document)")
            line = text.rstrip().count("\n") + 1
            raise _invalid(f"is not valid TOML: {cause}, and the file ends here", line) from error
        cause = said[: place.start()]
        raise _invalid(f"is not valid TOML: {cause} (column {place[2]})", int(place[1])) from error
    except RecursionError as error:
        raise _invalid("is nested too deeply to be a campaign") from error


def _parse_json(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise _invalid(
            f"is not valid JSON: {error.msg} (column {error.colno})", error.lineno
        ) from error
    except RecursionError as error:
        raise _invalid("is nested too deeply to be a campaign") from error
    if not isinstance(values, dict):
        raise _invalid("must be a JSON object: { … }")
    return values


def _invalid(message: str, line: int | None = None) -> CampaignInvalid:
    return CampaignInvalid((Problem("" if line is None else f"line {line}", message),))
