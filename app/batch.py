"""Leads become videos: one engine process each, a few at once; it neither opens a page nor draws.

A lead's folder holds, beside what the engine writes: `spec.json` (the same render, anywhere, with
`python -m app.pipeline render spec.json`), `render.log`, and, once it is complete, `made-from`, by
which a later run sees that nothing has changed.
"""

import asyncio
import contextlib
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from app.inputs import Inputs, chosen
from app.leads import Lead, RowProblem
from app.pipeline.artifacts import disk_errors
from app.pipeline.errors import DiskFull
from app.pipeline.spec import VIDEO_FILES, RenderSpec
from app.pipeline_process import PipelineFailed, run_pipeline
from app.render_specs import build_spec, spec_digest
from app.row_ranges import EVERY_ROW, RowRanges
from app.summary import LeadOutcome, LeadState, Summary, relative_paths

# Errors that every further lead would meet as well.
ENDS_THE_BATCH = frozenset({"disk_full", "no_browser"})
KEPT = 60  # outcomes for a table at the end; summary.json has all of them


@dataclass(frozen=True)
class Order:
    """How a batch is to be made. `out` and `artifacts` are absolute."""

    out: Path
    artifacts: Path
    rows: RowRanges = EVERY_ROW
    jobs: int = 1
    allow_addresses: tuple[str, ...] = ()
    fresh: bool = False


class Watcher(Protocol):
    """Who is told how the batch goes."""

    def lead_started(self, spec: RenderSpec) -> None: ...
    def lead_moved(self, spec: RenderSpec, event: dict[str, Any]) -> None: ...
    def lead_ended(self, outcome: LeadOutcome) -> None: ...


@dataclass
class Batch:
    """One run over a list. `stopped` says why it ended before the list did, if it did.

    `outcomes` are the first KEPT of all, `failures` the first KEPT leads that got no video.
    """

    inputs: Inputs
    order: Order
    watcher: Watcher
    stopped: str | None = None
    counted: Counter[LeadState] = field(default_factory=Counter)
    outcomes: list[LeadOutcome] = field(default_factory=list)
    failures: list[LeadOutcome] = field(default_factory=list)

    @property
    def all_made(self) -> bool:
        return self.stopped is None and not self.failures

    async def run(self) -> None:
        """Makes what is missing. A lead's failure is an outcome; raises DiskFull for our own files.

        When this is cancelled the running engines clean up first and the summary is written.
        """
        self._started = time.monotonic()
        with disk_errors(self.order.out):
            self.order.out.mkdir(parents=True, exist_ok=True)
        about: dict[str, object] = {
            "campaign": self.inputs.campaign.name,
            "leads_file": self._leads_name,
        }
        self._summary = Summary(self.order.out, about, self.order.rows)
        waiting = self._specs()
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self.order.jobs):
                    group.create_task(self._work(waiting))
        except BaseExceptionGroup as failed_group:
            # Not `except*`: before Python 3.11.4 what it raises is wrapped in a group again.
            full, other = failed_group.split(DiskFull)
            if full is None or other is not None:
                raise
            raise full.exceptions[0] from None
        finally:
            self._summary.write()

    @property
    def _leads_name(self) -> str:
        return self.inputs.leads.file.path.name

    def _specs(self) -> Iterator[RenderSpec]:
        """One spec at a time, however long the list; bad rows are recorded on the way."""
        items = chosen(self.inputs.leads, self.order.rows)
        for _, of_row in itertools.groupby(items, key=lambda item: item.row):
            problems: list[RowProblem] = []
            for item in of_row:
                if isinstance(item, Lead):
                    yield self._spec(item)
                elif item.fatal:
                    problems.append(item)
            if problems:
                self._skip(problems)

    def _spec(self, lead: Lead) -> RenderSpec:
        order = self.order
        # With `fresh` only recordings of this very run count: shared scenes are still made once.
        max_age_s = time.monotonic() - self._started if order.fresh else 86_400
        return build_spec(
            self.inputs.campaign,
            lead,
            self.inputs.fit,
            facecam=self.inputs.facecam,
            out=order.out / lead.slug,
            artifacts=order.artifacts,
            allow_addresses=order.allow_addresses,
            recording_max_age_s=max_age_s,
        )

    def _skip(self, problems: list[RowProblem]) -> None:
        row = problems[0].row
        said = " ".join(problem.message for problem in problems)
        error: dict[str, object] = {"error": problems[0].code, "message": said, "permanent": True}
        self._tell(LeadOutcome(row, f"row {row}", "skipped", error))

    async def _work(self, waiting: Iterator[RenderSpec]) -> None:
        for spec in waiting:  # shared: each worker takes the next lead there is
            if self.stopped is not None:
                return
            await self._make(spec)

    async def _make(self, spec: RenderSpec) -> None:
        digest = spec_digest(spec, self.inputs.clip["digest"])
        if not self.order.fresh and is_made(spec.out, digest):
            paths = relative_paths(spec.out, self.order.out)
            self._tell(LeadOutcome(spec.lead.row, spec.lead.name, "unchanged", None, paths))
            await asyncio.sleep(0)  # thousands of these in a row must not shut out Ctrl-C
            return
        self.watcher.lead_started(spec)
        started = time.monotonic()
        ended = self._outcome(spec, started)
        try:
            await render_lead(spec, lambda event: self.watcher.lead_moved(spec, event))
        except PipelineFailed as error:
            self._tell(ended("failed", error.to_json()))
            if error.code in ENDS_THE_BATCH:
                self.stopped = str(error)
        except asyncio.CancelledError:
            self._tell(ended("cancelled", None))
            raise
        else:
            with disk_errors(spec.out):
                (spec.out / "made-from").write_text(digest, encoding="utf-8")
            self._tell(ended("completed", None))

    def _outcome(
        self, spec: RenderSpec, started: float
    ) -> Callable[[LeadState, dict[str, object] | None], LeadOutcome]:
        def ended(state: LeadState, error: dict[str, object] | None) -> LeadOutcome:
            return LeadOutcome(
                spec.lead.row,
                spec.lead.name,
                state,
                error,
                relative_paths(spec.out, self.order.out),
                round(time.monotonic() - started, 2),
            )

        return ended

    def _tell(self, outcome: LeadOutcome) -> None:
        self.counted[outcome.state] += 1
        if len(self.outcomes) < KEPT:
            self.outcomes.append(outcome)
        if outcome.state not in ("completed", "unchanged") and len(self.failures) < KEPT:
            self.failures.append(outcome)
        self.watcher.lead_ended(outcome)
        self._summary.record(outcome)


async def render_lead(
    spec: RenderSpec, on_event: Callable[[dict[str, Any]], None]
) -> dict[str, Any]:
    """One lead in a process of its own; returns the report. Raises PipelineFailed and DiskFull."""
    with disk_errors(spec.out):
        spec.out.mkdir(parents=True, exist_ok=True)
        # From here on, and until it is complete again, this folder promises nothing.
        (spec.out / "made-from").unlink(missing_ok=True)
        file = spec.out / "spec.json"
        file.write_text(spec.model_dump_json(indent=2), encoding="utf-8")
    command = "preview" if spec.draft else "render"
    # A person waits for these, and has chosen how many at once: they give way to nobody.
    ended = await run_pipeline(
        command, file, log=spec.out / "render.log", on_event=on_event, nice=0
    )
    report: dict[str, Any] = ended["report"]
    return report


def is_made(folder: Path, digest: str) -> bool:
    """Whether an earlier run has completed this very video and its files are still all there."""
    with contextlib.suppress(OSError, ValueError, KeyError):
        if (folder / "made-from").read_text(encoding="utf-8") != digest:
            return False
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        sizes: dict[str, int] = report["sizes_bytes"]
        whole = all((folder / name).stat().st_size == size for name, size in sizes.items())
        # A folder of an earlier release may lack a file that there is today.
        return report["state"] == "completed" and sizes.keys() >= {*VIDEO_FILES} and whole
    return False
