"""The operator's page keeps its word: settings, commands, and roles as its SQL makes them."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.main import get_command

from app.backup import back_up
from app.cli import app
from app.db.embedded import EmbeddedDatabase
from app.db.server_check import DatabaseUnusable, check_role, check_version
from app.serve import release
from app.settings import SettingsInvalid, list_settings, load_settings

PAGE = (Path(__file__).parent.parent / "docs/operating.md").read_text(encoding="utf-8")


def test_the_page_lists_every_setting_with_its_default_and_meaning() -> None:
    listed = re.findall(r"^\| `([A-Z0-9_]+)` \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
    assert listed == [(name, shown, meaning) for name, shown, meaning, _ in list_settings({})]


def test_every_command_on_the_page_is_there() -> None:
    named = set(re.findall(r"(?:`|^)loomlite ([a-z]+)", PAGE, re.MULTILINE))
    assert {"up", "release", "web", "worker", "settings", "backup", "restore"} <= named
    commands = get_command(app).commands  # type: ignore[attr-defined]
    assert named - set(commands) == set()


@pytest.fixture(scope="module")
def elsewhere(postgres: EmbeddedDatabase) -> Iterator[EmbeddedDatabase]:
    """A database with the two roles, made by the very SQL on the page."""
    block = re.search(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    admin = postgres.owner_url.replace("/loomlite?", "/postgres?")
    with psycopg.connect(admin, autocommit=True) as connection:
        for statement in block[1].replace("loomlite", "elsewhere").strip().split("\n"):
            connection.execute(statement.encode())
        yield EmbeddedDatabase(
            *(
                admin.replace("//postgres:@/postgres", f"//elsewhere_{role}:secret@/elsewhere")
                for role in ("owner", "app")
            )
        )
        connection.execute("drop database elsewhere with (force)")
        connection.execute("drop role elsewhere_owner")
        connection.execute("drop role elsewhere_app")


def test_roles_made_as_the_page_says_can_release_serve_and_back_up(
    elsewhere: EmbeddedDatabase, tmp_path: Path
) -> None:
    settings = load_settings(
        {"DATABASE_URL": elsewhere.app_url, "DATABASE_OWNER_URL": elsewhere.owner_url}
    )
    with pytest.raises(DatabaseUnusable, match=r"no tables yet\. Run `loomlite release`"):
        check_role(elsewhere.app_url)
    release(settings, elsewhere)
    release(settings, elsewhere)
    check_version(elsewhere.app_url, "DATABASE_URL")
    check_role(elsewhere.app_url)
    back_up(elsewhere.owner_url, tmp_path / "a.dump")
    with (
        psycopg.connect(elsewhere.app_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("create table mine (id int)")


def test_roles_that_see_through_row_level_security_are_refused(
    elsewhere: EmbeddedDatabase, postgres: EmbeddedDatabase
) -> None:
    with pytest.raises(DatabaseUnusable, match="The role postgres in DATABASE_URL is a superuser"):
        check_role(postgres.owner_url)
    with pytest.raises(DatabaseUnusable, match="elsewhere_owner in DATABASE_URL may bypass"):
        check_role(elsewhere.owner_url)
    with psycopg.connect(postgres.owner_url, autocommit=True) as connection:
        connection.execute("alter role elsewhere_owner nobypassrls")
        with pytest.raises(DatabaseUnusable, match="elsewhere_owner in DATABASE_URL owns"):
            check_role(elsewhere.owner_url)
        connection.execute("grant elsewhere_owner to elsewhere_app")
        with pytest.raises(DatabaseUnusable, match="elsewhere_app in DATABASE_URL owns"):
            check_role(elsewhere.app_url)
        connection.execute("revoke elsewhere_owner from elsewhere_app")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://app:sesame@127.0.0.1:1/x", "The database in DATABASE_URL does not answer"),
        ("postgresql://app:sesame@[/x", "DATABASE_URL is not an address of a PostgreSQL"),
        ("sesame", "DATABASE_URL is not an address of a PostgreSQL"),
    ],
)
def test_an_address_that_leads_nowhere_is_said_without_its_password(
    url: str, sentence: str
) -> None:
    with pytest.raises(DatabaseUnusable) as refused:
        check_version(url, "DATABASE_URL")
    assert str(refused.value).startswith(sentence)
    assert "sesame" not in str(refused.value)


def test_a_release_without_the_owner_says_what_is_missing(postgres: EmbeddedDatabase) -> None:
    settings = load_settings({"DATABASE_URL": postgres.app_url})
    with pytest.raises(SettingsInvalid, match="DATABASE_OWNER_URL is missing"):
        release(settings, postgres)
