"""The commands of the service as an operator types them: words, exit codes, no secrets."""

import sys
from pathlib import Path

import pytest

from app.cli import main

SECRETS = {
    "DATABASE_URL": "postgresql://app:sesame@127.0.0.1:1/x",
    "SMTP_URL": "smtp://ann:sesame@mail.example.com",
    "REDIS_URL": "redis://:sesame@127.0.0.1",
    "GITHUB_CLIENT_ID": "id-of-ours",
    "GITHUB_CLIENT_SECRET": "sesame",
}


class Loomlite:
    """The command in a folder and an environment of its own."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._patch, self._capsys = patch, capsys
        patch.setenv("LOOMLITE_VAR", str(folder / "var"))

    def __call__(self, *arguments: str, **variables: str) -> tuple[int, str]:
        for name, value in variables.items():
            self._patch.setenv(name, value)
        self._patch.setattr(sys, "argv", ["loomlite", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = self._capsys.readouterr()
        return int(ended.value.code or 0), " ".join((printed.out + printed.err).split())


@pytest.fixture
def loomlite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Loomlite:
    return Loomlite(tmp_path, monkeypatch, capsys)


def test_settings_are_listed_with_their_source_and_without_secrets(loomlite: Loomlite) -> None:
    code, said = loomlite("settings", PORT="8123", **SECRETS)
    assert code == 0
    for words in ("PORT", "8000", "the port the web server", "environment: 8123", "id-of-ours"):
        assert words in said
    assert "sesame" not in said


def test_a_setting_that_is_wrong_stops_every_command_and_is_named(loomlite: Loomlite) -> None:
    for command in ("settings", "release", "up", "web", "worker"):
        code, said = loomlite(command, PORT="high")
        assert code == 1, command
        assert "PORT must be a number from 1 to 65535, not high." in said


@pytest.mark.parametrize("command", ["release", "up", "web", "worker"])
def test_a_database_that_is_not_there_is_said_in_words(loomlite: Loomlite, command: str) -> None:
    owner = SECRETS["DATABASE_URL"]
    code, said = loomlite(command, PORT="18123", **SECRETS, DATABASE_OWNER_URL=owner)
    assert code == 1
    assert "The database in DATABASE_URL does not answer" in said
    assert "sesame" not in said


def test_a_copy_that_is_not_there_is_named(loomlite: Loomlite, tmp_path: Path) -> None:
    code, said = loomlite("restore", str(tmp_path / "no.dump"))
    assert code == 1
    assert "There is no file" in said
