"""The commands about money: whether Stripe sells what the plans say; each is a caller."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from app.cli_failures import FAILED
from app.service_commands import load_with_logs

billing = typer.Typer()
stripe = typer.Typer(no_args_is_help=True, help="Stripe's products and prices.")
billing.add_typer(stripe, name="stripe")
console = Console()


@stripe.callback()
def about() -> None:
    """Keeps `sync` a command of its own, where it is the only one."""


@stripe.command()
def sync(
    check: Annotated[bool, typer.Option("--check", help="make nothing, say what differs")] = False,
    change: Annotated[bool, typer.Option("--change", help="also put right what differs")] = False,
) -> None:
    """Make the products and prices that are missing in Stripe, and say what differs."""
    if check and change:
        raise typer.BadParameter("--check makes nothing and --change does; choose one")
    from app.billing.price_list import Comparison, compare_prices
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
