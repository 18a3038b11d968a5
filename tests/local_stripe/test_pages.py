"""The pages that people open: each is drawn in each of its states, and says what it should."""

from tests.local_stripe.conftest import Shop, item_of


async def test_checkout_shows_what_is_bought_and_keeps_what_was_typed(shop: Shop) -> None:
    session = await shop.checkout(
        customer=None,
        allow_promotion_codes=True,
        tax_id_collection={"enabled": True},
        cancel_url="http://shop.localhost/back",
        subscription_data={"trial_period_days": 14},
    )
    shown = shop.local.http.get(session.url).text
    for word in ("Videos", "$30.00 a month", "14 days free", "Promotion code", "VAT number"):
        assert word in shown
    refused = shop.pay(session.url, email="bob@example.com", promotion_code="<none>")
    assert refused.status_code == 402
    assert "This promotion code is not valid." in refused.text
    assert 'value="&lt;none&gt;"' in refused.text
    assert 'value="bob@example.com"' in refused.text
    assert shop.pay(session.url, email="bob@example.com", tax_id="DE123456789").status_code == 303
    assert "This was paid." in shop.local.http.get(session.url).text
    (bob,) = (await shop.sdk.customers.list_async({"email": "bob@example.com"})).data
    tax_ids = await shop.sdk.customers.tax_ids.list_async(bob.id)
    assert [each.value for each in tax_ids.data] == ["DE123456789"]


async def test_the_portal_says_the_price_of_a_change_and_charges_it(shop: Shop) -> None:
    assert "There is no subscription." in (await shop.portal()).text
    subscription = await shop.buy()
    shown = (await shop.portal()).text
    assert "current plan" in shown
    assert "Change, $60.00 now" in shown
    assert "The plan is changed." in (await shop.portal(act="plan", price=shop.large)).text
    assert [each.total for each in await shop.invoices()] == [3000, 6000]
    assert "Do not cancel" in (await shop.portal(act="cancel")).text
    assert "The tax id is kept." in (await shop.portal(act="tax_id", type="eu_vat",
        value="DE123456789")).text  # fmt: skip
    assert item_of(await shop.subscription(subscription.id)).price.id == shop.large


async def test_the_portal_offers_what_its_configuration_says(shop: Shop) -> None:
    small = await shop.sdk.prices.retrieve_async(shop.small)
    products = [{"product": small.product, "prices": [shop.small, shop.yearly]}]
    update = {"enabled": True, "default_allowed_updates": ["price"], "products": products}
    configuration = await shop.sdk.billing_portal.configurations.create_async(
        {"features": {"subscription_update": update}}
    )
    await shop.buy()
    session = await shop.sdk.billing_portal.sessions.create_async(
        {"customer": shop.customer_id, "configuration": configuration.id}
    )
    shown = shop.local.http.get(session.url).text
    assert "a year" in shown
    assert "$90.00 a month" not in shown


async def test_an_invoice_and_the_overview_can_be_looked_at(shop: Shop) -> None:
    empty = shop.local.http.get(shop.local.url).text
    assert "None yet" in empty
    await shop.buy()
    (invoice,) = await shop.invoices()
    shown = shop.local.http.get(invoice.hosted_invoice_url).text
    assert invoice.number in shown
    assert "1 × Videos" in shown
    before = shop.local.now()
    moved = shop.local.http.post(shop.local.url, data={"days": "31"}).text
    assert "invoice.paid" in moved
    assert shop.local.now() - before >= 31 * 86_400
    shop.local.http.post(shop.local.url, data={"to": "next"})
    assert shop.local.http.get(f"{shop.local.url}/portal/bps_none").status_code == 404


async def test_a_button_moves_the_clock_to_where_a_trial_or_a_period_is_charged(shop: Shop) -> None:
    bought = await shop.buy(subscription_data={"trial_period_days": 14})
    shown = shop.local.http.get(shop.local.url).text
    assert "To the end of the trial" in shown
    assert "4242 4242 4242 4242" in shown
    for paid, button in ((1, "To the end of this period"), (2, "To the end of this period")):
        moved = shop.local.http.post(shop.local.url, data={"end": bought.id}).text
        assert button in moved
        assert [each.total for each in await shop.invoices() if each.total] == [3000] * paid
    assert "No such subscription" in shop.local.http.post(shop.local.url, data={"end": "no"}).text
