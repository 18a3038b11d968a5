"""The staff's pages of workspaces: found, read, credited, suspended; nothing of it for others."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from app.billing.models import UsageEntry
from app.billing.plans import GROWTH, Limits, set_limits, set_service_plan
from app.billing.stripe_models import BillingCustomer, BillingSubscription
from app.db.base import now
from app.renders.models import RenderJob
from tests.cast import Cast
from tests.renders.films import make_film, press_render

LIST = "/staff/workspaces"


def _one(cast: Cast, act: str = "") -> str:
    return f"{LIST}/{cast.acme.id}{act}"


async def _sell_growth(cast: Cast, status: str = "active") -> None:
    """Acme has a subscription, as Stripe said."""
    database = cast.site.database
    async with database.session() as session:
        await set_service_plan(session, sells=True)
    async with database.session(workspace_id=cast.acme.id) as session:
        await set_limits(session, GROWTH.limits, plan_key="growth")
        session.add(
            BillingCustomer(
                workspace_id=cast.acme.id,
                stripe_id="cus_1",
                checked_at=now(),
                past_due_since=now() if status == "past_due" else None,
            )
        )
        session.add(
            BillingSubscription(
                id="sub_1",
                workspace_id=cast.acme.id,
                status=status,
                price_id="price_1",
                lookup_key="loomlite_growth_monthly",
                plan_key="growth",
                interval="month",
                currency="usd",
                unit_amount=7900,
                quantity=1,
                started_at=now() - timedelta(days=3),
                period_start=now() - timedelta(days=3),
                period_end=now() + timedelta(days=27),
            )
        )


@pytest.mark.parametrize("act", ["", "/credit", "/suspend", "/resume", "/fetch", "/act-as"])
async def test_who_is_no_staff_finds_nothing(
    staff: httpx.AsyncClient, cast: Cast, act: str
) -> None:
    asked = {"user_id": str(cast.users["bob"].id), "reason": "Mine", "videos": "5"}
    for who in (cast.alice_at_door, cast.charlie_at_door):
        if not act:
            assert (await who.get(LIST)).status_code == 404
            assert (await who.get(_one(cast))).status_code == 404
        else:
            assert (await who.post(_one(cast, act), data=asked)).status_code == 404
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        assert (await session.scalars(select(UsageEntry))).all() == []


async def test_staff_see_all_workspaces_with_plan_payment_and_use(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    await _sell_growth(cast, "past_due")
    page = (await staff.get(LIST)).text
    for words in ("Acme", "acme · alice@example.com", "Growth", "Payment failed", "Other", "Free",
                  "Nothing bought", f"0 of {GROWTH.videos_per_month} videos"):  # fmt: skip
        assert words in page, words


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"q": "ACM"}, ["Acme"]),
        ({"q": "charlie@"}, ["Other"]),
        ({"q": "bob@example.com"}, ["Acme"]),
        ({"q": "100%"}, []),
        ({"plan": "growth"}, ["Acme"]),
        ({"plan": "free"}, ["Other"]),
        ({"how": "due"}, ["Acme"]),
        ({"how": "suspended"}, ["Other"]),
        ({"plan": "none-of-ours", "how": "odd"}, ["Acme", "Other"]),
    ],
)
async def test_they_are_searched_and_filtered(
    staff: httpx.AsyncClient, cast: Cast, query: dict[str, str], shown: list[str]
) -> None:
    await _sell_growth(cast, "past_due")
    await staff.post(f"{LIST}/{cast.other.id}/suspend", data={"reason": "It sends spam."})
    page = (await staff.get(LIST, params=query)).text
    table = page.partition('id="staff-workspaces"')[2]
    assert [name for name in ("Acme", "Other") if f">{name}</a>" in table] == shown


async def test_long_lists_go_on_on_older_pages(
    staff: httpx.AsyncClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.staff.workspace_pages.ROWS", 1)
    first = (await staff.get(LIST)).text
    assert ">Other</a>" in first
    older = first.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = (await staff.get(older)).text
    assert ">Acme</a>" in second
    assert ">Other</a>" not in second


async def test_one_workspace_tells_what_stripe_said_who_belongs_and_what_changed(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    await _sell_growth(cast)
    page = (await staff.get(_one(cast))).text
    for words in ("cus_1", "sub_1", "active", "Alice", "bob@example.com", "created the workspace",
                  "All payments arrived."):  # fmt: skip
        assert words in page, words
    assert (await staff.get(f"{LIST}/{cast.users['bob'].id}")).status_code == 404


async def test_a_credit_has_a_reason_and_lets_in_what_waits(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    database = cast.site.database
    async with database.session(workspace_id=cast.acme.id) as session:
        await set_limits(session, Limits(concurrent_renders=4, videos_per_month=1))
    await press_render(cast, await make_film(cast, leads=3))
    for wrong in ({"videos": "1"}, {"reason": "Sorry"}, {"videos": "many", "reason": "Sorry"},
                  {"videos": "-3", "reason": "Sorry"}):  # fmt: skip
        assert (await staff.post(_one(cast, "/credit"), data=wrong)).status_code == 422
    given = await staff.post(
        _one(cast, "/credit"), data={"videos": "1", "minutes": "10", "reason": "For the outage"}
    )
    assert given.status_code == 303
    async with database.session(workspace_id=cast.acme.id) as session:
        waiting = select(RenderJob.waits_for_plan).order_by(RenderJob.position)
        assert list(await session.scalars(waiting)) == [False, False, True]
        (entry,) = await session.scalars(select(UsageEntry).where(UsageEntry.kind == "adjust"))
    assert (entry.videos, entry.seconds, entry.reason) == (-1, -600.0, "For the outage")
    page = (await staff.get(_one(cast))).text
    assert "1 video and 10 minutes" in page
    assert "count in the workspace’s current period and end with it, also when a plan is" in page
    log = (await cast.alice.get("/settings/audit-log")).text
    assert "Sue, Loom-Lite staff" in log
    assert "For the outage" in log


async def test_suspending_closes_it_to_its_people_and_resuming_opens_it(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    assert (await staff.post(_one(cast, "/suspend"), data={"reason": " "})).status_code == 422
    assert (await cast.bob.get("/campaigns")).status_code == 200
    await staff.post(_one(cast, "/suspend"), data={"reason": "It is not paid."})
    shown = await cast.bob.get("/campaigns")
    assert (shown.status_code, "It is not paid." in shown.text) == (403, True)
    assert (await staff.post(_one(cast, "/suspend"), data={"reason": "Twice"})).status_code == 409
    assert "Resume workspace" in (await staff.get(_one(cast))).text
    await staff.post(_one(cast, "/resume"), data={"reason": "It is paid."})
    assert (await cast.bob.get("/campaigns")).status_code == 200


async def test_stripe_is_not_asked_where_nothing_was_bought_or_is_sold(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    assert (await staff.post(_one(cast, "/fetch"))).status_code == 404
    await _sell_growth(cast)
    assert (await staff.post(_one(cast, "/fetch"))).status_code == 404
