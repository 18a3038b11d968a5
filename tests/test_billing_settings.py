"""Stripe's keys: both or neither, live ones in production alone, and sent to Stripe alone."""

import pytest

from app.settings import SettingsInvalid, list_settings, load_settings

TEST = {"STRIPE_SECRET_KEY": "sk_test_hunter2", "STRIPE_WEBHOOK_SECRET": "whsec_hunter222"}
LIVE = TEST | {"STRIPE_SECRET_KEY": "rk_live_hunter2"}
PRODUCTION = {"LOOMLITE_ENV": "production", "SMTP_URL": "smtp://mail.example.com:587"}


def test_without_keys_nothing_is_sold() -> None:
    settings = load_settings({})
    assert not settings.sells
    assert settings.stripe_api_url == "https://api.stripe.com"
    assert load_settings(TEST).sells
    assert load_settings(LIVE | PRODUCTION).sells


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"STRIPE_SECRET_KEY": "sk_test_1"}, "belong together"),
        ({"STRIPE_WEBHOOK_SECRET": "whsec_12345678"}, "belong together"),
        (TEST | {"STRIPE_SECRET_KEY": "pk_test_hunter2"}, "must be a secret or restricted key"),
        (TEST | {"STRIPE_WEBHOOK_SECRET": "hunter2"}, "begins whsec_"),
        (LIVE, "is a live key, which charges real cards"),
        (TEST | PRODUCTION, "is a key for tests, with which nobody pays"),
        (LIVE | PRODUCTION | {"STRIPE_API_URL": "http://127.0.0.1:1"}, "left out with a live key"),
        (TEST | {"STRIPE_API_URL": "https://stripe.example.com"}, "STRIPE_API_URL must be"),
        (TEST | {"STRIPE_API_URL": "http://127.0.0.1.example.com"}, "STRIPE_API_URL must be"),
        ({"BILLING_CHECK_HOUR": "24"}, "BILLING_CHECK_HOUR must be a number from 0 to 23"),
    ],
)
def test_keys_that_do_not_belong_here_stop_the_start(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsInvalid, match=words) as refused:
        load_settings(environ)
    assert "hunter2" not in str(refused.value)


def test_a_local_stripe_is_on_this_machine_and_keys_are_not_shown() -> None:
    settings = load_settings(TEST | {"STRIPE_API_URL": "http://127.0.0.1:8420/"})
    assert settings.stripe_api_url == "http://127.0.0.1:8420"
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(list_settings(TEST))
