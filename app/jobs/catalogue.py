"""Every job by name, with all that the queue must know of it; it imports no feature.

SAQ's own defaults (ten seconds, one attempt, no heartbeat) suit nothing here, so each job says all
of it: research on the queue is in the operator's page. Arguments are ids and plain texts, never
secrets: a letter's token is made when the letter is sent.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class JobPolicy:
    """`attempts` counts the first one; `heartbeat_s` after which a silent job is given up."""

    timeout_s: int
    attempts: int
    heartbeat_s: int = 60
    retry_delay_s: int = 5


SEND_SIGN_IN_LINK = "send_sign_in_link"
SEND_PASSWORD_RESET = "send_password_reset"  # noqa: S105
SEND_EMAIL_CHANGE = "send_email_change"
SEND_LETTER = "send_letter"
SEND_INVITATION = "send_invitation"
PREPARE_FACECAM = "prepare_facecam"
IMPORT_LEADS = "import_leads"
REMOVE_MEDIA = "remove_media"
CHECK_PAGES = "check_pages"
MAKE_PREVIEW = "make_preview"
RENDER_VIDEO = "render_video"
TELL_BATCH_ENDED = "tell_batch_ended"
LET_IN = "let_in"
LET_IN_WAITING = "let_in_waiting"
TELL_OF_PLAN = "tell_of_plan"
CHECK_DOMAIN = "check_domain"
CHECK_DUE_DOMAINS = "check_due_domains"
SWEEP = "sweep"
CLEAN_ORPHANS = "clean_orphans"
WEEKLY_SUMMARY = "weekly_summary"
REFRESH_CUSTOMER = "refresh_customer"
REFRESH_CUSTOMERS = "refresh_customers"
RECONCILE_BILLING = "reconcile_billing"
KEEP_STORAGE = "keep_storage"
FOLLOW_PLAN = "follow_plan"
SEND_BILLING_NEWS = "send_billing_news"
FOLLOW_DUES = "follow_dues"
TELL_OVERAGE = "tell_overage"
CLOSE_CUSTOMER = "close_customer"
FOLLOW_OWNER = "follow_owner"
FOLLOW_ADDRESS = "follow_address"

_LETTER = JobPolicy(timeout_s=60, attempts=6, retry_delay_s=15)

POLICIES: dict[str, JobPolicy] = {
    SEND_SIGN_IN_LINK: _LETTER,
    SEND_PASSWORD_RESET: _LETTER,
    SEND_EMAIL_CHANGE: _LETTER,
    SEND_LETTER: _LETTER,
    SEND_INVITATION: _LETTER,
    # Above the limit of clip_preparation.py, which ends the engine with a sentence.
    PREPARE_FACECAM: JobPolicy(timeout_s=1500, attempts=3),
    IMPORT_LEADS: JobPolicy(timeout_s=600, attempts=2),
    # A turn takes two minutes, and the lot that is being opened is opened to its end.
    CHECK_PAGES: JobPolicy(timeout_s=1800, attempts=3, retry_delay_s=15),
    MAKE_PREVIEW: JobPolicy(timeout_s=900, attempts=2),
    REMOVE_MEDIA: JobPolicy(timeout_s=300, attempts=5, retry_delay_s=30),
    # The rows decide who makes it, how long, and whether it is tried again; see jobs/renders.py.
    # The queue must not: it goes by the machine's clock, and ends what seems silent when that is
    # stepped. So it only clears away, in the end, what a killed worker has left.
    RENDER_VIDEO: JobPolicy(timeout_s=7 * 86_400, attempts=1, heartbeat_s=6 * 3600),
    TELL_BATCH_ENDED: JobPolicy(timeout_s=60, attempts=5),
    # What is lost of these, the clock does within a minute.
    LET_IN: JobPolicy(timeout_s=180, attempts=3),
    LET_IN_WAITING: JobPolicy(timeout_s=600, attempts=1),
    TELL_OF_PLAN: JobPolicy(timeout_s=60, attempts=5),
    CHECK_DOMAIN: JobPolicy(timeout_s=60, attempts=3),
    CHECK_DUE_DOMAINS: JobPolicy(timeout_s=600, attempts=1),
    SWEEP: JobPolicy(timeout_s=300, attempts=1),
    # It lists all that is stored; what it does not come to is there tomorrow.
    CLEAN_ORPHANS: JobPolicy(timeout_s=3600, attempts=1),
    WEEKLY_SUMMARY: JobPolicy(timeout_s=1800, attempts=3, retry_delay_s=60),
    # Stripe may be away for a while; what is given up, the sweep sends again.
    REFRESH_CUSTOMER: JobPolicy(timeout_s=120, attempts=8, retry_delay_s=5),
    # It only sends the jobs of each; the sweep sends what it did not come to.
    REFRESH_CUSTOMERS: JobPolicy(timeout_s=300, attempts=3),
    RECONCILE_BILLING: JobPolicy(timeout_s=3600, attempts=1),
    FOLLOW_PLAN: JobPolicy(timeout_s=300, attempts=3, retry_delay_s=30),
    # What it does not come to, the next hour's does.
    KEEP_STORAGE: JobPolicy(timeout_s=1800, attempts=1),
    SEND_BILLING_NEWS: _LETTER,
    FOLLOW_DUES: JobPolicy(timeout_s=1800, attempts=1),
    # What is given up of it, the sweep sends again.
    TELL_OVERAGE: JobPolicy(timeout_s=120, attempts=4, retry_delay_s=15),
    # Nothing sends it again: Stripe may be away for a while.
    CLOSE_CUSTOMER: JobPolicy(timeout_s=120, attempts=8, retry_delay_s=60),
    FOLLOW_OWNER: JobPolicy(timeout_s=120, attempts=8, retry_delay_s=60),
    FOLLOW_ADDRESS: JobPolicy(timeout_s=120, attempts=8, retry_delay_s=60),
}
