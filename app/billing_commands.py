"""The commands about money: what Stripe sells, and a Stripe of one's own; each is a caller."""

import asyncio
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from app.billing_settings import LOCAL_PORT
from app.cli_failures import FAILED
from app.service_commands import load_with_logs
from app.settings import load_settings

billing = typer.Typer()
stripe = typer.Typer(no_args_is_help=True, help="Stripe's prices, and a Stripe of your own.")
billing.add_typer(stripe, name="stripe")
# In a log or a pipe nobody measures the terminal, and 80 columns would break every address.
console = Console(width=None if sys.stdout.isatty() else 160)


@stripe.command()
def sync(
    check: Annotated[bool, typer.Option("--check", help="make nothing, say what differs")] = False,
    change: Annotated[bool, typer.Option("--change", help="also put right what differs")] = False,
) -> None:
    """Make the products and prices that are missing in Stripe, and say what differs."""
    if check and change:
        raise typer.BadParameter("--check makes nothing and --change does; choose one")
    from app.billing.price_list import compare_prices
    from app.billing.sold_values import Comparison
    from app.billing.stripe_api import StripeApi
    from app.setting_fields import SettingsInvalid

    settings = load_with_logs()
    key = settings.stripe_secret_key
    if key is None:
        raise SettingsInvalid(
            "STRIPE_SECRET_KEY is missing. Without it nothing is sold, and there is nothing to "
            "compare."
        )

    async def compare() -> Comparison:
        api = StripeApi(key, settings.stripe_api_url)
        try:
            return await compare_prices(api, create=not check, change=change)
        finally:
            await api.close()

    found = asyncio.run(compare())
    for sentence in (*found.made, *found.changed, *found.differs):
        console.print(Text(sentence), soft_wrap=True)
    if not found.is_same:
        raise typer.Exit(FAILED)
    console.print("Stripe sells what the plans say.")


@stripe.command()
def local(
    port: Annotated[int, typer.Option(min=1, max=65535, help="where it answers")] = LOCAL_PORT,
    file: Annotated[
        Path | None, typer.Option(help="keeps its account; LOOMLITE_VAR/stripe.json if left out")
    ] = None,
) -> None:
    """Run a Stripe of your own on this machine: to try buying, without an account or money."""
    from app.listening import PortTaken
    from app.setting_fields import SettingsInvalid
    from app.stripe_beside import LOCAL_KEY, LOCAL_SECRET, run_beside

    settings = load_settings(os.environ)
    if settings.is_production:
        raise SettingsInvalid("A local Stripe takes no money, which is nothing for production.")
    # Ended like Ctrl-C: what it knows is in the file, whole.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with run_beside(settings, port=port, file=file) as running:
            console.print(f"\nA local Stripe is on {running.url}. The service finds it with\n")
            for name, value in (
                ("STRIPE_SECRET_KEY", settings.stripe_secret_key or LOCAL_KEY),
                ("STRIPE_WEBHOOK_SECRET", settings.stripe_webhook_secret or LOCAL_SECRET),
                ("STRIPE_API_URL", running.url),
            ):
                console.print(Text(f"  export {name}={value}"), soft_wrap=True)
            console.print("\nand has its prices after `loomlite stripe sync`. Ctrl-C ends it.\n")
            threading.Event().wait()
    except KeyboardInterrupt:
        pass
    except OSError as error:
        raise PortTaken(
            f"Port {port} cannot be used: {error.strerror}. Choose another one with --port."
        ) from error
