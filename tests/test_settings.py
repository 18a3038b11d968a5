"""Settings: read once, wrong ones named at the start, secrets never shown."""

from dataclasses import fields
from pathlib import Path

import pytest

from app.render_settings import default_slots
from app.settings import Settings, SettingsInvalid, list_settings, load_settings

SECRETS = {
    "DATABASE_URL": "postgresql://app:hunter2@db/loomlite",
    "DATABASE_OWNER_URL": "postgresql://owner:hunter2@db/loomlite",
    "REDIS_URL": "redis://:hunter2@cache",
    "SMTP_URL": "smtp://me:hunter2@mail.example.com:587",
    "GOOGLE_CLIENT_ID": "google",
    "GOOGLE_CLIENT_SECRET": "hunter2",
}


def test_nothing_has_to_be_set_on_one_machine() -> None:
    settings = load_settings({})
    assert settings.base_url == "http://localhost:8000"
    assert settings.workspace_url("acme") == "http://acme.localhost:8000"
    assert settings.var_folder == Path("var").absolute()
    assert not settings.is_production


@pytest.mark.parametrize(
    ("app_host", "base_url"),
    [
        ("loomlite.example.com", "https://loomlite.example.com"),
        ("Loomlite.Example.com:8443", "https://loomlite.example.com:8443"),
        ("http://intranet", "http://intranet"),
        ("https://loomlite.example.com/", "https://loomlite.example.com"),
        ("loomlite.localhost:9000", "http://loomlite.localhost:9000"),
    ],
)
def test_the_app_s_host_may_be_written_as_people_write_it(app_host: str, base_url: str) -> None:
    settings = load_settings({"APP_HOST": app_host})
    assert settings.base_url == base_url
    assert settings.workspace_url("acme") == base_url.replace("://", "://acme.")


def test_the_port_is_in_the_address_that_people_open() -> None:
    settings = load_settings({"PORT": "8123"})
    assert (settings.port, settings.host, settings.host_name) == (
        8123,
        "localhost:8123",
        "localhost",
    )


def test_an_empty_variable_is_as_if_it_were_not_there() -> None:
    assert load_settings({"DATABASE_URL": "  ", "PORT": ""}) == load_settings({})


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"PORT": "http"}, "PORT must be a number from 1 to 65535, not http"),
        ({"PORT": "0"}, "PORT must be"),
        ({"PORT": "65536"}, "PORT must be"),
        ({"APP_HOST": "a b"}, "APP_HOST must be a host"),
        ({"APP_HOST": "https://example.com/app"}, "APP_HOST must be a host"),
        ({"LOOMLITE_ENV": "prod"}, "LOOMLITE_ENV must be development or production"),
        ({"LOOMLITE_ENV": "production"}, "SMTP_URL is missing"),
        ({"GOOGLE_CLIENT_ID": "x"}, "belong together"),
        ({"GITHUB_CLIENT_SECRET": "x"}, "belong together"),
        ({"OIDC_ISSUER": "https://id.example.com"}, "belong together"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsInvalid, match=words):
        load_settings(environ)


def test_a_secret_is_in_no_repr_and_no_listing() -> None:
    settings = load_settings(SECRETS)
    assert settings.smtp_url == SECRETS["SMTP_URL"]
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(list_settings(SECRETS))


def test_no_secret_has_a_default() -> None:
    secrets = [each for each in fields(Settings) if each.metadata["secret"]]
    assert secrets
    assert [each.name for each in secrets if each.default is not None] == []


def test_the_listing_says_where_each_value_comes_from() -> None:
    rows = {name: source for name, _, _, source in list_settings({**SECRETS, "PORT": "8123"})}
    assert len(rows) == len(fields(Settings))
    assert rows["PORT"] == "environment: 8123"
    assert rows["SMTP_URL"] == "environment"
    assert rows["APP_HOST"] == "default"


def test_staff_are_named_by_their_addresses_in_any_case() -> None:
    settings = load_settings({"STAFF_EMAILS": "Ann@Example.com, ben@example.com,"})
    assert settings.staff_emails == {"ann@example.com", "ben@example.com"}
    assert load_settings({}).staff_emails == frozenset()


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"STAFF_EMAILS": "ann"}, "STAFF_EMAILS must be e-mail addresses with commas, not ann"),
        ({"WORKER_PORT": "70000"}, "WORKER_PORT must be a number from 1 to 65535, not 70000"),
        ({"CLEANUP_ARTIFACT_DAYS": "-1"}, "CLEANUP_ARTIFACT_DAYS must be a number from 0 to"),
        ({"CLEANUP_ARTIFACTS_GB": "half"}, "CLEANUP_ARTIFACTS_GB must be a number from 0 to"),
        ({"CLEANUP_ORPHANS_HOUR": "24"}, "CLEANUP_ORPHANS_HOUR must be a number from 0 to 23"),
    ],
)
def test_what_operators_choose_is_checked_too(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsInvalid, match=words):
        load_settings(environ)


def test_half_of_the_cores_make_videos_unless_a_number_is_given() -> None:
    assert load_settings({}).slots == default_slots() >= 1
    assert load_settings({"RENDER_SLOTS": "6"}).slots == 6


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"RENDER_SLOTS": "0"}, "RENDER_SLOTS must be a number from 1 to 256, not 0"),
        ({"ALLOW_ADDRESSES": "localhost"}, "ALLOW_ADDRESSES must be addresses such as 127"),
        ({"ALLOW_ADDRESSES": "[::1]:80, a:b"}, "ALLOW_ADDRESSES .* not a:b"),
        (
            {"ALLOW_ADDRESSES": "127.0.0.1:80", "LOOMLITE_ENV": "production"},
            "ALLOW_ADDRESSES must be left out in production",
        ),
    ],
)
def test_what_renders_may_take_is_checked(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsInvalid, match=words):
        load_settings(environ)
