"""What this process counts of the attempts it ends, for Prometheus; it ends none."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

COUNTED: Final = CollectorRegistry()
ProcessCollector(registry=COUNTED)

# A segment is there in moments or takes a minute; a long video's upload takes some.
STEP_BUCKETS_S = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640)

_attempts = Counter(
    "loomlite_attempts",
    "Attempts at a video that ended in this process",
    ("outcome", "error"),
    registry=COUNTED,
)
_steps = Histogram(
    "loomlite_step_seconds",
    "How long the steps of attempts took",
    ("step",),
    buckets=STEP_BUCKETS_S,
    registry=COUNTED,
)
_artifacts = Counter(
    "loomlite_artifacts",
    "Recordings and segments that videos needed: found (hit) or made",
    ("kind", "result"),
    registry=COUNTED,
)


def count_attempt(
    outcome: str, error_code: str, steps: Sequence[Mapping[str, Any]], report: Mapping[str, Any]
) -> None:
    """The attempt, its steps and what it found are in the figures. `report` may be empty."""
    _attempts.labels(outcome, error_code).inc()
    for step in steps:
        _steps.labels(str(step["step"])).observe(float(step.get("took_s") or 0.0))
    for scene in report.get("scenes", ()):
        has_segment = bool(scene.get("segment_cached"))
        _artifacts.labels("segment", "hit" if has_segment else "made").inc()
        if not has_segment:  # a segment that is there needs no recording
            found = "hit" if scene.get("recording_cached") else "made"
            _artifacts.labels("recording", found).inc()
