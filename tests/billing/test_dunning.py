"""A payment that failed: grace, letters, and the limits of Free in the end; and a trial's end."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.billing.grace import GRACE_DAYS
from app.billing.payment_state import PaymentState, payment_state
from app.billing.plan_news import Billed, news_by_clock
from app.billing.plans import get_plan
from app.billing.standing import standing_of
from app.db.base import now
from app.jobs.billing import reconcile_billing
from app.jobs.billing_dues import follow_dues
from app.jobs.billing_news import send_billing_news, sweep_billing_news
from app.local_stripe.customers import CONFIRM_CARD, DECLINED_LATER_CARD, GOOD_CARD
from app.mail.outbox import list_letters
from app.mail.send import MailNotSent, OutboxMailer
from app.settings import Settings
from tests.billing.conftest import Till, hear
from tests.cast import Cast, Site


@pytest.fixture
def settings(selling: Settings) -> Settings:
    return selling


async def _told(till: Till) -> list[str]:
    """The headlines of all news so far, oldest first."""
    async with till.services.database.session(workspace_id=till.workspace.id) as session:
        found = await session.scalars(
            text("select context->>'headline' from billing_news order by created_at, id")
        )
        return list(found)


async def _is_due_for(till: Till, days: float) -> None:
    """So long ago the payment failed; then the hourly look comes."""
    async with till.services.database.session(workspace_id=till.workspace.id) as session:
        since = now() - timedelta(days=days)
        await session.execute(
            text("update billing_customers set past_due_since = :since"), {"since": since}
        )
        # What tells of the failure itself has the moment in its key.
        await session.execute(
            text(
                "update billing_news set key = split_part(key, ' ', 1) || ' ' || "
                "split_part(key, ' ', 2) || ' ' || :since || case when key like '% middle' "
                "then ' middle' else '' end where key like 'due %'"
            ),
            {"since": since.isoformat()},
        )
    await follow_dues(till.services)


async def _state(till: Till) -> PaymentState:
    known = await till.known()
    async with till.services.database.session(workspace_id=till.workspace.id) as session:
        return await payment_state(session, known)


async def _kind(till: Till) -> str:
    return (await _state(till)).kind


async def _said(till: Till) -> str:
    return (await _state(till)).sentence


async def _fail(till: Till) -> str:
    """Growth is bought, and the second month is not paid."""
    subscription_id = await till.buy("loomlite_growth_monthly")
    await till.press(act="card", card=DECLINED_LATER_CARD)
    await till.end_period(subscription_id)
    return subscription_id


async def test_everything_works_in_grace_then_free_holds_and_payment_ends_it_at_once(
    till: Till, site: Site
) -> None:
    await _fail(till)
    await hear(till, site)
    assert (await till.plan()).key == "growth"
    assert await _kind(till) == "trying"
    assert f"Everything works for {GRACE_DAYS} more days" in await _said(till)
    await _is_due_for(till, GRACE_DAYS / 2 - 0.1)
    assert await _kind(till) == "trying"
    await _is_due_for(till, GRACE_DAYS / 2 + 0.1)
    await _is_due_for(till, GRACE_DAYS - 0.1)
    assert "for 1 more day; pay" in await _said(till)
    assert await till.is_right("growth")
    await _is_due_for(till, GRACE_DAYS + 0.1)
    await follow_dues(till.services)
    await hear(till, site)
    assert await till.is_right("free")
    assert await _kind(till) == "over"
    # What is bought is there still, and its period goes on.
    async with till.services.database.session(workspace_id=till.workspace.id) as session:
        standing = await standing_of(session)
    assert standing.subscription is not None
    assert standing.period.start == standing.subscription.period_start
    await till.press(act="card", card=GOOD_CARD)
    (invoice,) = (
        await till.sdk.invoices.list_async({"customer": till.customer_id, "status": "open"})
    ).data
    await till.sdk.invoices.pay_async(invoice.id)
    await hear(till, site)
    assert await till.is_right("growth")
    assert await _kind(till) == "fine"
    headlines = await _told(till)
    assert [each.partition(" works")[0] for each in headlines] == [
        "You have Growth now",
        "Your payment failed",
        "A payment is open: Growth",
        "Growth is on hold",
        "Your payment arrived",
    ]


async def test_while_stripe_is_away_nobody_loses_a_plan(till: Till, site: Site) -> None:
    await _fail(till)
    await hear(till, site)
    till.local.fail(3, status=503)
    await _is_due_for(till, GRACE_DAYS + 1)
    assert await till.limits() == get_plan("growth").limits
    await follow_dues(till.services)
    assert await till.is_right("free")


async def test_a_payment_whose_word_was_lost_is_found_before_anything_is_taken(
    till: Till, site: Site
) -> None:
    await _fail(till)
    await hear(till, site)
    await till.press(act="card", card=GOOD_CARD)
    till.local.move(days=3.1)
    await _is_due_for(till, GRACE_DAYS + 1)
    assert await till.is_right("growth")


async def test_a_payment_that_waits_for_the_bank_carries_the_link_to_confirm(
    till: Till, site: Site
) -> None:
    subscription_id = await till.buy("loomlite_growth_monthly")
    await till.press(act="card", card=CONFIRM_CARD)
    await till.end_period(subscription_id)
    await hear(till, site)
    assert (await _told(till))[1:] == ["Your bank asks you to confirm a payment"]
    (known,) = await till.known()
    async with till.services.database.session(workspace_id=till.workspace.id) as session:
        link = await session.scalar(
            text("select context->>'link' from billing_news where key like 'confirm %'")
        )
    assert link == known.invoice_url


async def test_a_trial_s_end_is_told_three_days_before_once(till: Till, site: Site) -> None:
    trial = {"subscription_data": {"trial_period_days": 14}}
    await till.buy("loomlite_growth_monthly", **trial)
    await hear(till, site)
    await follow_dues(till.services)
    assert await _told(till) == ["Your trial of Growth has begun"]
    # Stripe's clock: its event tells, though ours is elsewhere.
    till.local.move(days=11.1)
    await hear(till, site)
    await follow_dues(till.services)
    assert len(await _told(till)) == 2
    assert (await _told(till))[1].startswith("Your trial of Growth ends on ")
    till.local.move(days=3)
    await hear(till, site)
    assert (await _told(till))[2:] == ["Your trial has ended"]


async def test_a_trial_s_end_is_told_by_the_clock_where_no_event_came(
    till: Till, site: Site
) -> None:
    trial = {"subscription_data": {"trial_period_days": 14}}
    await till.buy("loomlite_growth_monthly", **trial)
    await hear(till, site)
    (known,) = await till.known()
    assert known.trial_end is not None
    late = known.trial_end - timedelta(days=2.9)
    (told,) = news_by_clock(Billed((known,), None, has_card=False), late)
    assert told.headline.startswith("Your trial of Growth ends on ")
    assert "No card is kept yet" in told.lines[0]
    assert list(news_by_clock(Billed((known,), None), late - timedelta(days=1))) == []
    # The hourly look asks Stripe for those that end soon, as we know them.
    async with till.services.database.session(workspace_id=till.workspace.id) as session:
        await session.execute(
            text("update billing_subscriptions set trial_end = now() + interval '2 days'")
        )
    await follow_dues(till.services)
    assert await till.known() == (known,)


async def test_changes_cancellation_and_end_are_told(till: Till, site: Site) -> None:
    subscription_id = await till.buy("loomlite_starter_monthly")
    await hear(till, site)
    for act in (
        {"act": "plan", "price": await till.price("loomlite_business_monthly")},
        {"act": "cancel"},
        {"act": "keep"},
        {"act": "cancel"},
    ):
        await till.press(**act)
        await hear(till, site)
        await hear(till, site)
        await reconcile_billing(till.services)
    await till.end_period(subscription_id)
    await hear(till, site)
    headlines = [each.partition(" on ")[0] for each in await _told(till)]
    assert headlines == [
        "You have Starter now",
        "Your plan is Business now",
        "Business ends",
        "Business goes on",
        "Business ends",
        "Business has ended",
    ]


class _Reluctant(OutboxMailer):
    """A mail server that takes no letter to one address yet."""

    refuses = ""

    async def send(self, letter: Any) -> None:
        if letter.to == self.refuses:
            raise MailNotSent("later", permanent=False, reason="greylisted")
        await super().send(letter)


async def test_each_owner_and_admin_has_each_letter_once_whatever_fails(
    till: Till, site: Site, cast: Cast
) -> None:
    await till.buy("loomlite_starter_monthly")
    await hear(till, site)
    (job,) = [each for each in till.others if each.name == "send_billing_news"]
    folder = site.settings.outbox_folder
    mailer = _Reluctant(folder, "Loom-Lite <hello@example.com>")
    services = till.services.__class__(**{**till.services.__dict__, "mailer": mailer})
    mailer.refuses = "alice@example.com"
    with pytest.raises(MailNotSent):
        await send_billing_news(services, **job.arguments)
    assert [each.to for each in list_letters(folder)] == ["adam@example.com"]
    # The queue lost the job: the sweep sends another for what waits for long.
    async with services.database.session(workspace_id=cast.acme.id) as session:
        await session.execute(
            text("update billing_news set created_at = created_at - interval '6 minutes'")
        )
    till.sent.clear()
    await sweep_billing_news(services)
    mailer.refuses = ""
    for each in (*till.sent, *till.sent):
        await send_billing_news(services, **each.arguments)
    assert sorted(each.to for each in list_letters(folder)) == [
        "adam@example.com",
        "alice@example.com",
    ]
    assert all("You have Starter now" in each.subject for each in list_letters(folder))
    till.sent.clear()
    await sweep_billing_news(services)
    assert till.sent == []
    notices = await cast.bob.get("/notices")
    assert "You have Starter now" not in notices.text
    assert "You have Starter now" in (await cast.adam.get("/notices")).text
