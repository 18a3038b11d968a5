"""Which Chromium is found, and what is said when there is none."""

from pathlib import Path

import pytest

from app.pipeline.browser.find import COMMANDS, find_chromium
from app.pipeline.errors import NoBrowser
from tests.pipeline.executables import executable

SHELL = "chrome-headless-shell-linux64/chrome-headless-shell"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A machine with a home and a PATH, and nothing in them."""
    return {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin")}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / ".cache/ms-playwright"


def test_the_named_one_comes_first(tmp_path: Path, own: Path, environ: dict[str, str]) -> None:
    executable(own / "chromium_headless_shell-1255" / SHELL)
    named = executable(tmp_path / "mine")
    assert find_chromium(environ | {"LOOMLITE_CHROMIUM": str(named)}) == named


def test_a_named_one_that_does_not_start_is_an_error(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    executable(tmp_path / "bin/chromium")
    named = executable(tmp_path / "mine", "echo 'libnss3.so: not found' >&2; exit 127")
    with pytest.raises(NoBrowser, match=r"LOOMLITE_CHROMIUM: .*/mine .*libnss3\.so: not found"):
        find_chromium(environ | {"LOOMLITE_CHROMIUM": str(named)})
    with pytest.raises(NoBrowser, match="No such file"):
        find_chromium(environ | {"LOOMLITE_CHROMIUM": str(tmp_path / "nowhere")})


def test_playwrights_newest_headless_shell_comes_before_everything_installed(
    tmp_path: Path, own: Path, environ: dict[str, str]
) -> None:
    executable(tmp_path / "bin/chromium-headless-shell")
    executable(own / "chromium-1300/chrome-linux64/chrome")
    executable(own / "chromium_headless_shell-999" / SHELL)
    newest = executable(own / "chromium_headless_shell-1255" / SHELL)
    assert find_chromium(environ) == newest


def test_playwrights_older_layout_and_other_folders_are_known(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    folder = tmp_path / "elsewhere"
    shell = executable(folder / "chromium_headless_shell-1100/chrome-linux/headless_shell")
    assert find_chromium(environ | {"PLAYWRIGHT_BROWSERS_PATH": str(folder)}) == shell


def test_playwrights_full_chromium_comes_before_installed_ones(
    tmp_path: Path, own: Path, environ: dict[str, str]
) -> None:
    executable(tmp_path / "bin/chromium")
    full = executable(own / "chromium-1255/chrome-linux64/chrome")
    assert find_chromium(environ) == full


def test_installed_ones_are_taken_in_their_order(tmp_path: Path, environ: dict[str, str]) -> None:
    for command in reversed(COMMANDS):
        path = executable(tmp_path / "bin" / command)
        assert find_chromium(environ) == path


def test_one_that_does_not_start_is_passed_over(
    tmp_path: Path, own: Path, environ: dict[str, str]
) -> None:
    executable(own / "chromium_headless_shell-1255" / SHELL, "exit 127")
    works = executable(tmp_path / "bin/google-chrome")
    assert find_chromium(environ) == works


def test_without_any_the_error_says_what_was_tried_and_what_to_run(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    broken = executable(tmp_path / "bin/chromium", "exit 3")
    with pytest.raises(NoBrowser) as raised:
        find_chromium(environ)
    text = str(raised.value)
    assert f"{broken} does not start (exit code 3)" in text
    assert "make setup" in text
    assert "apt-get install chromium-headless-shell" in text
    assert "LOOMLITE_CHROMIUM" in text
