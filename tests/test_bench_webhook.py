"""The webhook's part of the bench with a handful of events: all of it runs, none is lost."""

from app.bench.billing_webhook import WebhookMeasured, bench_webhook, webhook_figures


def test_every_goal_of_the_webhook_has_its_row() -> None:
    measured = WebhookMeasured(1_000, [0.1] * 1_000, [0.06] * 1_000, [0.004] * 5_000, 3.0, 0)
    paced, burst, lost = webhook_figures(measured)
    assert (paced.kept, burst.kept, lost.kept) == (True, False, True)
    assert "0.50 ms" in paced.beside
    assert "does nothing with them: 60 ms" in burst.beside


def test_a_few_events_are_answered_and_kept() -> None:
    said: list[str] = []
    measured = bench_webhook(said.append, quick=True)
    assert measured.lost == 0
    assert measured.burst_p99_ms > 0
    assert measured.paced_p99_ms > 0
    assert said == ["50 events of Stripe at once"]
