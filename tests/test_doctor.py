"""What the doctor finds on this machine, and on machines with one thing wrong."""

import os
from pathlib import Path

import pytest

from app.doctor import Check, run_checks
from app.pipeline.compose.codecs import missing_codecs
from tests.pipeline.executables import executable

ALL = [
    "browser",
    "capture",
    "fonts",
    "codecs",
    "address guard",
    "disk space",
    "write access",
    "memory",
]


def by_name(checks: list[Check]) -> dict[str, Check]:
    return {check.name: check for check in checks}


@pytest.mark.browser
def test_a_machine_that_is_set_up_has_no_fault(tmp_path: Path) -> None:
    checks = run_checks(tmp_path / "not" / "made" / "yet", os.environ)
    assert [check.name for check in checks] == ALL
    assert [check for check in checks if check.state == "fault"] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.browser
def test_a_machine_without_fonts_is_told_which_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text("<fontconfig></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    fonts = by_name(run_checks(tmp_path, os.environ))["fonts"]
    assert fonts.state == "fault"
    assert "Latin, CJK, emoji" in fonts.found
    assert "apt-get install fonts-liberation" in fonts.cure


def test_without_a_browser_the_rest_is_still_checked(tmp_path: Path) -> None:
    checks = run_checks(tmp_path, {"PATH": str(tmp_path), "HOME": str(tmp_path)})
    assert [check.name for check in checks] == ["browser", *ALL[3:]]
    assert checks[0].state == "fault"
    assert "make setup" in checks[0].cure


def test_a_browser_that_dies_is_a_fault_with_a_cure(tmp_path: Path) -> None:
    dies = executable(tmp_path / "chromium")
    browser = by_name(run_checks(tmp_path, {"LOOMLITE_CHROMIUM": str(dies)}))["browser"]
    assert browser.state == "fault"
    assert "ended unexpectedly" in browser.found
    assert "LOOMLITE_CHROMIUM" in browser.cure


def test_a_folder_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    write = by_name(run_checks(file / "out", {"PATH": ""}))["write access"]
    assert write.state == "fault"
    assert "choose another folder" in write.cure


def test_a_codec_that_is_not_there_is_named() -> None:
    assert missing_codecs() == ()
    assert missing_codecs(["aac", "libnone"], ["h264", "none"]) == (
        "libnone encoder",
        "none decoder",
    )


def test_every_warning_and_fault_says_what_to_do(tmp_path: Path) -> None:
    for check in run_checks(tmp_path, {"PATH": ""}):
        assert (check.state == "ok") == (check.cure == "")
