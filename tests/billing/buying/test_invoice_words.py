"""Amounts of invoices are said in the currency that these were written in."""

import pytest
from sqlalchemy import update

from app.billing.invoices import BillingInvoice
from app.billing.plan_words import money
from tests.billing.buying.conftest import Shopping


async def test_an_invoice_is_shown_in_its_own_currency(shopping: Shopping) -> None:
    await shopping.buy("growth")
    async with shopping.cast.site.database.session(workspace_id=shopping.cast.acme.id) as session:
        await session.execute(update(BillingInvoice).values(currency="eur", total=5_050))
    page = await shopping.page()
    assert ">€50.50<" in page
    assert "$50.50" not in page


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (5_000, "eur", "€50"), (120_450, "usd", "$1,204.50"), (-1_250, "chf", "−CHF 12.50"),
        (3_000, "jpy", "¥3,000"), (1_500, "kwd", "KWD 1.500"),
    ],
)  # fmt: skip
def test_money_is_said_with_its_currency(amount: int, currency: str, words: str) -> None:
    assert money(amount, currency) == words
