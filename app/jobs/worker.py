"""The worker: takes jobs from the queue and runs them, beside the web server or apart from it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from saq import CronJob, Job, Queue, Worker
from saq.types import Context

from app.errors import LoomliteError
from app.jobs import (
    accounts,
    billing,
    billing_dues,
    billing_news,
    closed_customers,
    customer_owners,
    domains,
    facecams,
    leads,
    notices,
    overage,
    plan_changes,
    plan_wait,
    preflights,
    previews,
    storage,
    stripe_customers,
    web_billing,
    workspaces,
)
from app.jobs.catalogue import (
    CHECK_DOMAIN,
    CHECK_DUE_DOMAINS,
    CHECK_PAGES,
    CLEAN_ORPHANS,
    CLOSE_CUSTOMER,
    FOLLOW_ADDRESS,
    FOLLOW_DUES,
    FOLLOW_OWNER,
    FOLLOW_PLAN,
    IMPORT_LEADS,
    KEEP_STORAGE,
    LET_IN,
    LET_IN_WAITING,
    MAKE_PREVIEW,
    POLICIES,
    PREPARE_FACECAM,
    RECONCILE_BILLING,
    REFRESH_CUSTOMER,
    REFRESH_CUSTOMERS,
    REMOVE_MEDIA,
    SEND_BILLING_NEWS,
    SEND_EMAIL_CHANGE,
    SEND_INVITATION,
    SEND_LETTER,
    SEND_PASSWORD_RESET,
    SEND_SIGN_IN_LINK,
    SWEEP,
    TELL_BATCH_ENDED,
    TELL_OF_PLAN,
    TELL_OVERAGE,
    WEEKLY_SUMMARY,
)
from app.jobs.cleanup.runs import clean_orphans_by_clock, run_disk_cleanup
from app.jobs.services import Services
from app.jobs.upkeep import SWEEP_CRON, sweep
from app.jobs.visits import WEEKLY_CRON, run_adding_up, write_weekly_summaries

log = structlog.get_logger()

CONCURRENCY = 6
BEAT_S = 15  # under every heartbeat in the catalogue
GRACE_S = 1  # an idle worker waits for all of it

JobFunction = Callable[..., Awaitable[None]]

FUNCTIONS: dict[str, JobFunction] = {
    SEND_SIGN_IN_LINK: accounts.send_sign_in_link,
    SEND_PASSWORD_RESET: accounts.send_password_reset,
    SEND_EMAIL_CHANGE: accounts.send_email_change,
    SEND_LETTER: accounts.send_letter,
    IMPORT_LEADS: leads.import_leads,
    PREPARE_FACECAM: facecams.prepare_facecam,
    SEND_INVITATION: workspaces.send_invitation,
    REMOVE_MEDIA: workspaces.remove_media,
    CHECK_PAGES: preflights.check_pages,
    MAKE_PREVIEW: previews.make_preview,
    TELL_BATCH_ENDED: notices.tell_batch_ended,
    LET_IN: plan_wait.let_in,
    TELL_OF_PLAN: plan_wait.tell_of_plan,
    CHECK_DOMAIN: domains.check_domain,
    FOLLOW_PLAN: plan_changes.follow_plan_change,
    REFRESH_CUSTOMER: stripe_customers.refresh_customer,
    REFRESH_CUSTOMERS: web_billing.refresh_customers,
    SEND_BILLING_NEWS: billing_news.send_billing_news,
    TELL_OVERAGE: overage.tell_overage,
    CLOSE_CUSTOMER: closed_customers.close_customer,
    FOLLOW_OWNER: customer_owners.follow_owner,
    FOLLOW_ADDRESS: customer_owners.follow_address,
}


class _Worker(Worker[Context]):
    SIGNALS: list[Any] = []  # noqa: RUF012 - the process tells us when to end


@asynccontextmanager
async def run_worker(queue: Queue, services: Services) -> AsyncIterator[None]:
    """Runs jobs as long as the block lasts; what is under way then is tried again later."""
    orphans_cron = f"23 {services.settings.cleanup_orphans_hour} * * *"
    billing_cron = f"41 {services.settings.billing_check_hour} * * *"
    worker = _Worker(
        queue,
        functions=[(name, _runner(name, services)) for name in FUNCTIONS],
        cron_jobs=[
            _by_clock(services, SWEEP, SWEEP_CRON, sweep),
            _by_clock(services, LET_IN_WAITING, plan_wait.WAITING_CRON, plan_wait.let_in_waiting),
            _by_clock(services, CHECK_DUE_DOMAINS, domains.CHECK_CRON, domains.check_due_domains),
            _by_clock(services, WEEKLY_SUMMARY, WEEKLY_CRON, write_weekly_summaries),
            _by_clock(services, KEEP_STORAGE, storage.STORAGE_CRON, storage.keep_storage),
            _by_clock(services, CLEAN_ORPHANS, orphans_cron, clean_orphans_by_clock),
            _by_clock(services, RECONCILE_BILLING, billing_cron, billing.reconcile_by_clock),
            _by_clock(services, FOLLOW_DUES, billing_dues.DUES_CRON, billing_dues.follow_dues),
        ],
        concurrency=CONCURRENCY,
        shutdown_grace_period_s=GRACE_S,
        cancellation_hard_deadline_s=10,
    )
    task = asyncio.create_task(worker.start())
    try:
        async with run_disk_cleanup(services), run_adding_up(services):
            yield
    finally:
        await worker.stop()
        await asyncio.gather(task, return_exceptions=True)


def _runner(name: str, services: Services) -> Callable[..., Awaitable[None]]:
    async def run(context: Context, /, **arguments: Any) -> None:
        job = context["job"]
        beat = asyncio.create_task(_beat(job))
        try:
            await FUNCTIONS[name](services, **arguments)
        except LoomliteError as error:
            log.warning("job.failed", job=name, attempt=job.attempts, reason=str(error))
            if getattr(error, "permanent", False):
                return  # another attempt would fail alike
            raise
        except asyncio.CancelledError:
            # One that no canceller asked for would leave the job active for ever.
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            raise RuntimeError(f"{name} was cancelled from inside") from None
        finally:
            beat.cancel()
        log.info("job.done", job=name, attempt=job.attempts)

    return run


def _by_clock(
    services: Services, name: str, cron: str, work: Callable[[Services], Awaitable[None]]
) -> CronJob[Context]:
    """Work that one of all workers does when the time has come."""

    async def run(_context: Context) -> None:
        await work(services)

    run.__qualname__ = f"run_{name}"  # by which the queue tells one from another
    policy = POLICIES[name]
    return CronJob(
        run,
        cron=cron,
        timeout=policy.timeout_s,
        heartbeat=policy.timeout_s,
        retries=policy.attempts,
        ttl=3600,
    )


async def _beat(job: Job) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        await job.update()
