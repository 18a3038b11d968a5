"""The days' bars are as high as what they stand for, whoever's campaigns they are of."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.analytics.charts import BARS_PX
from app.billing.usage import Usage
from app.usage.daily import CampaignUsage, days_of, total
from app.usage.day_chart import APART, OTHERS, series_of, stacked_chart

FIRST = date(2026, 11, 1)
NEAR_PX = 0.5  # pieces are rounded to a hundredth of a px each
USAGES = st.builds(Usage, st.integers(0, 300), st.floats(0, 9_000))
DAYS = st.dictionaries(st.integers(0, 30).map(lambda n: FIRST + timedelta(n)), USAGES)
CAMPAIGNS = st.lists(
    st.builds(lambda name, days: CampaignUsage(None, name, days), st.text(max_size=9), DAYS),
    max_size=9,
)


@given(CAMPAIGNS, st.sampled_from(("videos", "minutes")))
def test_each_bar_is_as_high_as_its_day(campaigns: list[CampaignUsage], unit: str) -> None:
    days = days_of(FIRST, FIRST + timedelta(30))
    series = series_of(campaigns, unit)
    chart = stacked_chart(series, days, unit)
    assert len(chart.bars) == len(days)
    top = int(chart.lines[-1][1].replace(",", ""))
    for day, bar in zip(days, chart.bars, strict=True):
        used = total(each.days.get(day, Usage(0, 0.0)) for each in campaigns)
        amount = used.videos if unit == "videos" else used.seconds / 60
        high = sum(height for _, height, _ in bar.pieces)
        assert abs(high - BARS_PX * amount / top) < NEAR_PX
        assert all(0 <= y <= BARS_PX for y, _, _ in bar.pieces)


@given(CAMPAIGNS)
def test_no_campaign_is_left_out_and_none_is_twice(campaigns: list[CampaignUsage]) -> None:
    series = series_of(campaigns, "videos")
    assert (
        total(each.total for each in series).videos
        == total(each.total for each in campaigns).videos
    )
    assert len(series) <= APART + 1
    assert len({each.level for each in series}) == len(series)
    shown = [each.name for each in series if each.name == OTHERS]
    assert len(campaigns) > APART + 1 or not shown or OTHERS in {c.name for c in campaigns}


def test_what_a_bar_is_made_of_is_said() -> None:
    oslo = CampaignUsage(None, "Oslo", {FIRST: Usage(3, 90.0)})
    bergen = CampaignUsage(None, "Bergen", {FIRST: Usage(1, 30.0)})
    by_videos = stacked_chart(series_of([oslo, bergen], "videos"), [FIRST], "videos")
    assert by_videos.bars[0].said == "1 Nov 2026: 4 videos. Oslo 3 videos, Bergen 1 video"
    assert by_videos.said == "4 videos since 1 Nov 2026. The most were 4 videos on 1 Nov 2026."
    by_minutes = stacked_chart(series_of([oslo, bergen], "minutes"), [FIRST], "minutes")
    assert by_minutes.bars[0].said == "1 Nov 2026: 2 min. Oslo 1 min 30 s, Bergen 30 s"
    assert by_minutes.bars[0].label == "2"


def test_a_period_without_videos_has_a_scale_and_no_bars() -> None:
    chart = stacked_chart([], [FIRST], "videos")
    assert chart.bars[0].pieces == ()
    assert [text for _, text in chart.lines] == ["0", "1"]
