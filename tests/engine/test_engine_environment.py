"""What an engine sees of our environment."""

from pathlib import Path

from app.engine.environment import engine_environment
from app.settings import list_settings

SECRETS = {
    "DATABASE_URL": "postgresql://loomlite:hunter2@db/loomlite",
    "HTTPS_PROXY": "http://somebody:hunter2@proxy:3128",
    "AWS_SECRET_ACCESS_KEY": "hunter2",
}


def test_an_engine_sees_what_it_needs_and_its_own_temporary_folder() -> None:
    needed = {"PATH": "/bin", "LC_ALL": "C", "PYTHONPATH": "/lib", "LOOMLITE_CHROMIUM": "/c"}
    seen = engine_environment({**needed, "TMPDIR": "/tmp", **SECRETS}, Path("/a/b"))
    assert seen == {**needed, "TMPDIR": "/a/b"}


def test_an_engine_sees_no_setting_of_the_service() -> None:
    settings = {name: "x" for name, *_ in list_settings({})}
    assert "DATABASE_URL" in settings
    assert engine_environment(settings, Path("/t")) == {"TMPDIR": "/t"}
