"""What a process counts of its attempts, as Prometheus reads it."""

from typing import Any

import pytest
from prometheus_client import generate_latest

from app.jobs.render_metrics import COUNTED, count_attempt


def _value(name: str, **labels: str) -> float:
    return COUNTED.get_sample_value(name, labels) or 0.0


def test_attempts_steps_and_artifacts_are_counted() -> None:
    steps = [{"step": "recording", "took_s": 12.0}, {"step": "uploading", "took_s": 0.2}]
    scenes = [
        {"segment_cached": True, "recording_cached": False},
        {"segment_cached": False, "recording_cached": True},
        {"segment_cached": False, "recording_cached": False},
    ]
    asked: list[tuple[str, dict[str, str]]] = [
        ("loomlite_attempts_total", {"outcome": "completed", "error": ""}),
        ("loomlite_step_seconds_count", {"step": "recording"}),
        ("loomlite_step_seconds_sum", {"step": "recording"}),
        ("loomlite_artifacts_total", {"kind": "segment", "result": "hit"}),
        ("loomlite_artifacts_total", {"kind": "segment", "result": "made"}),
        ("loomlite_artifacts_total", {"kind": "recording", "result": "hit"}),
        ("loomlite_artifacts_total", {"kind": "recording", "result": "made"}),
    ]
    before = [_value(name, **labels) for name, labels in asked]
    report: dict[str, Any] = {"scenes": scenes}
    count_attempt("completed", "", steps, report)
    after = [_value(name, **labels) for name, labels in asked]
    # A sum of seconds holds what other tests counted, and what fractions they had.
    counted = [b - a for a, b in zip(before, after, strict=True)]
    assert counted == pytest.approx([1, 1, 12, 1, 2, 1, 1])


def test_an_attempt_that_came_to_nothing_is_counted_by_its_error() -> None:
    labels = {"outcome": "failed", "error": "page_failed"}
    before = _value("loomlite_attempts_total", **labels)
    count_attempt("failed", "page_failed", [], {})
    assert _value("loomlite_attempts_total", **labels) == before + 1
    assert b'loomlite_attempts_total{error="page_failed",outcome="failed"}' in generate_latest(
        COUNTED
    )
