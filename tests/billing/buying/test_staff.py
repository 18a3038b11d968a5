"""Staff ask Stripe for one customer at once, when an event was lost."""

from app.accounts.auth_sessions import Browser, start_session
from app.accounts.sign_in import get_or_create_user
from app.settings import load_settings
from tests.billing.buying.conftest import Shopping
from tests.billing.conftest import KEY, SECRET
from tests.cast import HOST, Site, litestar_in


async def test_what_no_event_told_is_fetched_on_a_press(shopping: Shopping, site: Site) -> None:
    litestar_in(site.app).state.settings = load_settings(
        {
            "APP_HOST": HOST,
            "LOOMLITE_VAR": str(site.settings.var_folder),
            "STRIPE_SECRET_KEY": KEY,
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "STRIPE_API_URL": shopping.local.url,
            "STAFF_EMAILS": "sue@example.com",
        }
    )
    async with site.database.session() as session:
        sue = await get_or_create_user(session, "sue@example.com", name="Sue")
        token = await start_session(session, sue, Browser(HOST, "203.0.113.7", "Tests/1.0"))
    staff = site.visitor(token=token)
    page = f"/staff/workspaces/{shopping.cast.acme.id}"
    shopping.pay((await shopping.checkout("growth")).headers["location"])
    assert "Nothing was bought" in (await staff.get(page)).text
    assert (await staff.post(f"{page}/fetch")).headers["location"] == page
    shown = (await staff.get(page)).text
    assert "This is what Stripe says now." in shown
    assert "Growth" in shown
    assert "trialing" in shown
