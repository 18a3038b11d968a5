"""Where the demo sells: at a Stripe of its own, whoever has its port, or where the settings say."""

import socket
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx

from app.billing_settings import LOCAL_PORT
from app.demo_stripe import demo_stripe, is_local
from app.settings import load_settings


def test_it_runs_a_stripe_of_its_own_even_where_its_port_is_taken(tmp_path: Path) -> None:
    settings = load_settings({"LOOMLITE_VAR": str(tmp_path / "var")})
    assert not settings.sells
    with ExitStack() as stack:
        # If it is not to be had, somebody else has it, which will do.
        with suppress(OSError):
            stack.enter_context(socket.create_server(("127.0.0.1", LOCAL_PORT)))
        with demo_stripe(settings) as sold:
            assert sold.sells
            assert is_local(sold)
            assert not sold.stripe_api_url.endswith(f":{LOCAL_PORT}")
            assert "No money moves" in httpx.get(sold.stripe_api_url).text
    assert (tmp_path / "var/stripe.json").exists()


def test_with_keys_it_sells_where_they_lead(tmp_path: Path) -> None:
    keys = {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_of_the_tests"}
    settings = load_settings({"LOOMLITE_VAR": str(tmp_path / "var"), **keys})
    with demo_stripe(settings) as sold:
        assert sold is settings
        assert not is_local(sold)
    assert not (tmp_path / "var/stripe.json").exists()
