"""Where Stripe knocks: a good event is kept once and sends one job, a wrong one changes nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from app.billing.event_metrics import BILLED
from app.db.session import Database
from app.jobs.operator_metrics import read_metrics
from app.settings import Settings, load_settings
from tests.billing.conftest import deliver, signed
from tests.cast import Site
from tests.postgres import SentJobs

EVENT: dict[str, Any] = {
    "id": "evt_1",
    "object": "event",
    "type": "customer.subscription.updated",
    "created": 1_790_000_000,
    "data": {"object": {"id": "sub_1", "object": "subscription", "customer": "cus_1"}},
}
OF_NOBODY = EVENT | {"id": "evt_2", "data": {"object": {"id": "prod_1", "object": "product"}}}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Without a Stripe that would be asked: only what comes is looked at here."""
    return load_settings(
        {
            "APP_HOST": settings.host,
            "LOOMLITE_VAR": str(settings.var_folder),
            "STRIPE_SECRET_KEY": "sk_test_1",
            "STRIPE_WEBHOOK_SECRET": "whsec_of_the_tests",
        }
    )


async def _kept(database: Database) -> list[tuple[str, bool]]:
    """The inbox as jobs see it: ids, and whether anything is still to be done."""
    async with database.session(every_workspace=True) as session:
        rows = await session.execute(
            text("select id, done_at is null from stripe_events order by id")
        )
        return [(row[0], row[1]) for row in rows]


def _counted(outcome: str) -> float:
    return BILLED.get_sample_value("loomlite_stripe_events_total", {"outcome": outcome}) or 0


async def test_an_event_is_kept_once_and_sends_one_job(site: Site, sent_jobs: SentJobs) -> None:
    kept, repeated = _counted("kept"), _counted("repeated")
    assert await deliver(site.visitor(), [EVENT, EVENT, OF_NOBODY]) == [200, 200, 200]
    assert [job.arguments for job in sent_jobs] == [{"customer_id": "cus_1"}]
    assert await _kept(site.database) == [("evt_1", True), ("evt_2", False)]
    assert (_counted("kept"), _counted("repeated")) == (kept + 2, repeated + 1)
    page = (await read_metrics(site.database)).decode()
    assert 'loomlite_stripe_events_total{outcome="kept"}' in page


# Signed when the test runs: what was signed while tests were collected is old by then.
@pytest.mark.parametrize(
    ("body", "sign", "outcome"),
    [
        (json.dumps(EVENT), lambda _body: {}, "forged"),
        (json.dumps(EVENT), lambda _body: {"stripe-signature": "t=1,v1=é".encode()}, "forged"),
        (json.dumps(EVENT), lambda body: signed(body, secret="whsec_of_another"), "forged"),
        (json.dumps(EVENT), lambda body: signed(body + " "), "forged"),
        (json.dumps(EVENT), lambda body: signed(body, age_s=3600), "old"),
        ("{}", signed, "garbled"),
        ("", signed, "garbled"),
    ],
)
async def test_what_is_not_an_event_of_now_is_refused_and_counted(
    site: Site,
    sent_jobs: SentJobs,
    body: str,
    sign: Callable[[str], Any],
    outcome: str,
) -> None:
    before = _counted(outcome)
    answer = await site.visitor().post("/webhooks/stripe", content=body, headers=sign(body))
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/plain")
    assert _counted(outcome) == before + 1
    assert await _kept(site.database) == []
    assert sent_jobs == []


async def test_a_page_of_another_site_cannot_send_one(site: Site) -> None:
    body = json.dumps(EVENT)
    headers = signed(body) | {"origin": "https://elsewhere.example.com"}
    answer = await site.visitor().post("/webhooks/stripe", content=body, headers=headers)
    assert answer.status_code == 403
    assert (await site.visitor().get("/webhooks/stripe")).status_code == 405


async def test_the_web_puts_events_in_and_sees_none_of_them(site: Site) -> None:
    await deliver(site.visitor(), [EVENT])
    async with site.database.session() as session:
        assert await session.scalar(text("select count(*) from stripe_events")) == 0
        for change in ("delete from stripe_events", "update stripe_events set done_at = now()"):
            assert (await session.execute(text(change))).rowcount == 0  # type: ignore[attr-defined]
    assert await _kept(site.database) == [("evt_1", True)]
