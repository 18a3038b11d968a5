"""The service's figures in the form that Prometheus reads; of no team, and with no team's name."""

from collections.abc import Iterator
from hmac import compare_digest

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from app.billing.event_metrics import BILLED
from app.db.session import Database
from app.jobs.operator_figures import Figures, read_figures
from app.jobs.render_metrics import COUNTED

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
LOOPBACK = {"127.0.0.1", "::1"}
# Only a proxy sends one of these: what comes through it comes from elsewhere.
FORWARDED = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via")


async def read_metrics(database: Database) -> bytes:
    """All of the service as the database knows it, then what this process counted."""
    shared = CollectorRegistry(auto_describe=False)
    shared.register(_Shared(await read_figures(database)))
    return generate_latest(shared) + generate_latest(COUNTED) + generate_latest(BILLED)


def may_read_metrics(
    token: str | None, client: str | None, host: str, headers: dict[str, str]
) -> bool:
    """With a token, who sends it as `Authorization: Bearer …`; without, this machine by address."""
    if token is not None:
        sent = headers.get("authorization", "")
        return compare_digest(sent.encode(), f"Bearer {token}".encode())
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    is_address = name.strip("[]") in LOOPBACK or name == "localhost"
    return client in LOOPBACK and is_address and not any(each in headers for each in FORWARDED)


class _Shared(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        figures, queue = self._figures, self._figures.queue
        waiting = GaugeMetricFamily(
            "loomlite_queue_renders",
            "Videos under way; delayed: until a next try; plan: until their team's plan has room",
            labels=["state"],
        )
        for state, count in (
            ("waiting", queue.waiting), ("delayed", queue.delayed), ("running", queue.running),
            ("plan", queue.for_plan),
        ):  # fmt: skip
            waiting.add_metric([state], count)
        yield waiting
        yield GaugeMetricFamily(
            "loomlite_queue_oldest_seconds", "How long the oldest waits", value=queue.oldest_s
        )
        yield GaugeMetricFamily(
            "loomlite_queue_teams", "Teams with a video that waits", value=queue.teams_waiting
        )
        yield GaugeMetricFamily(
            "loomlite_slots", "Videos that all workers make at once", value=figures.slots
        )
        yield GaugeMetricFamily(
            "loomlite_slots_in_use", "Videos that workers make now", value=figures.slots_in_use
        )
        workers = GaugeMetricFamily(
            "loomlite_workers", "Processes that make videos", labels=["state"]
        )
        stopping = sum(worker.is_stopping for worker in figures.alive)
        for state, count in (
            ("alive", len(figures.alive) - stopping), ("stopping", stopping),
            ("dead", len(figures.workers) - len(figures.alive)),
        ):  # fmt: skip
            workers.add_metric([state], count)
        yield workers
        recent = GaugeMetricFamily(
            "loomlite_renders_recent",
            "Videos asked for within a day, by what became of them",
            labels=["state", "error"],
        )
        for state, code, count in figures.recent:
            recent.add_metric([state, code], count)
        yield recent
