"""Who takes the money: Stripe's keys, and whether they are those of this kind of service."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.setting_fields import SettingsInvalid, setting, whole_number

STRIPE_URL = "https://api.stripe.com"
# docs.stripe.com/security/guide: where Checkout, the portal and invoices are.
PAYMENT_PAGES = tuple(f"https://{each}.stripe.com" for each in ("checkout", "billing", "invoice"))
LOCAL_PORT = 8420  # of a local one, where none is said
_KEY = re.compile(r"[rs]k_(test|live)_\w+")
_ON_THIS_MACHINE = {"localhost", "127.0.0.1"}


def read_key(name: str, text: str) -> str:
    if not _KEY.fullmatch(text):
        # The text is a secret, whatever is wrong with it.
        raise SettingsInvalid(
            f"{name} must be a secret or restricted key of Stripe, which begins with sk_ or rk_ "
            "and is one for tests or a live one."
        )
    return text


def read_webhook_secret(name: str, text: str) -> str:
    if not re.fullmatch(r"whsec_\S{8,}", text):
        raise SettingsInvalid(f"{name} must be a webhook's signing secret, which begins whsec_.")
    return text


def read_api_url(name: str, text: str) -> str:
    """Stripe's own, or one on this machine: a key goes nowhere else."""
    parts = urlsplit(text.rstrip("/"))
    whole = f"{parts.scheme}://{parts.netloc}"
    is_here = parts.hostname in _ON_THIS_MACHINE and parts.scheme in {"http", "https"}
    if parts.path or not (whole == STRIPE_URL or is_here):
        raise SettingsInvalid(
            f"{name} must be {STRIPE_URL}, or the address of a Stripe on this machine such as "
            f"http://127.0.0.1:8420, not {text}."
        )
    return whole


@dataclass(frozen=True)
class BillingSettings:
    """Without a key nobody pays: every workspace has the one unlimited plan."""

    stripe_secret_key: str | None = setting(
        "STRIPE_SECRET_KEY",
        "Stripe's secret key, with STRIPE_WEBHOOK_SECRET; in production a live one, elsewhere one "
        "for tests; without it nothing is sold and nothing limited",
        None,
        shown="–",
        secret=True,
        read=read_key,
    )
    stripe_webhook_secret: str | None = setting(
        "STRIPE_WEBHOOK_SECRET",
        "the signing secret of the webhook that Stripe sends to /webhooks/stripe",
        None,
        shown="–",
        secret=True,
        read=read_webhook_secret,
    )
    stripe_api_url: str = setting(
        "STRIPE_API_URL",
        "Stripe's own address, or that of a local Stripe on this machine",
        STRIPE_URL,
        read=read_api_url,
    )
    billing_check_hour: int = setting(
        "BILLING_CHECK_HOUR",
        "the hour of the day (UTC) in which one worker compares all subscriptions with Stripe's",
        4,
        read=whole_number(0, 23),
    )

    @property
    def sells(self) -> bool:
        """Whether there are plans to buy. Otherwise everybody has all there is."""
        return self.stripe_secret_key is not None

    @property
    def payment_pages(self) -> tuple[str, ...]:
        """Whose pages somebody is led to who pays."""
        if not self.sells:
            return ()
        return PAYMENT_PAGES if self.stripe_api_url == STRIPE_URL else (self.stripe_api_url,)


def billing_problems(settings: BillingSettings, *, is_production: bool) -> Iterator[str]:
    """What does not go together, each as the sentence of a SettingsInvalid."""
    key = settings.stripe_secret_key
    if (key is None) != (settings.stripe_webhook_secret is None):
        yield "STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET belong together; set both or neither."
    if key is None:
        return
    is_live = key[2:].startswith("_live_")
    if is_live and not is_production:
        yield (
            "STRIPE_SECRET_KEY is a live key, which charges real cards. Outside of production "
            "use one for tests, or set LOOMLITE_ENV=production."
        )
    if is_production and not is_live:
        yield (
            "STRIPE_SECRET_KEY is a key for tests, with which nobody pays. Production needs a "
            "live one."
        )
    if is_live and settings.stripe_api_url != STRIPE_URL:
        yield f"STRIPE_API_URL must be left out with a live key: it belongs to {STRIPE_URL} alone."
