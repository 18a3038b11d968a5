"""The dashboard's corner about this month: of a plan where there are any, of videos where not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from app.billing.plans import set_service_plan
from tests.billing.conftest import KEY, SECRET
from tests.campaigns.boards import counted_statements, put_campaigns
from tests.cast import Cast, litestar_in
from tests.usage.entries import Made, month_start, put_entries, reserved, rows_of

STATEMENTS_AT_MOST = 12
START = month_start()


@pytest.fixture
def selling(cast: Cast) -> Iterator[None]:
    """The cast's service sells plans while a test runs."""
    app = litestar_in(cast.site.app)
    settings = cast.site.settings
    app.state.settings = replace(settings, stripe_secret_key=KEY, stripe_webhook_secret=SECRET)
    yield
    app.state.settings = settings


async def _fill(cast: Cast) -> None:
    (oslo,) = await put_campaigns(cast, 1)
    made = [Made(oslo, START + timedelta(minutes=n), seconds=30) for n in range(7)]
    await put_entries(
        cast, [*(row for each in made for row in rows_of(each)), reserved(oslo, START)]
    )


@pytest.mark.usefixtures("selling")
async def test_where_plans_are_sold_it_says_what_is_used_of_the_plan(cast: Cast) -> None:
    await _fill(cast)
    async with cast.site.database.session() as session:
        await set_service_plan(session, sells=True)
    with counted_statements(cast) as statements:
        text = (await cast.bob.get("/campaigns")).text
    assert "Your Free plan" in text
    assert '<dd class="text-warn">7 of 10</dd>' in text
    assert ">3 min 30 s of 10</dd>" in text
    assert "Begins anew" in text
    assert "Videos made" not in text
    assert len(statements) <= STATEMENTS_AT_MOST, "\n".join(statements)


async def test_where_nothing_is_sold_it_counts_the_videos(cast: Cast) -> None:
    await _fill(cast)
    text = (await cast.bob.get("/campaigns")).text
    assert "<dt>Videos made</dt><dd>7</dd>" in text
    assert "plan" not in text.partition('id="usage-title"')[2].partition("</section>")[0]
