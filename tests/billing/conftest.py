"""What tests of billing may ask for besides all others."""

pytest_plugins: list[str] = []

from tests.billing.local import local_stripe, stripe_api  # noqa: E402, F401
