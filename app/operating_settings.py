"""What those who run the service choose: who they are, who may look at it, what is cleaned up."""

import re
from dataclasses import dataclass

from app.setting_fields import SettingsInvalid, setting, whole_number

_EMAIL = re.compile(r"[^@\s,]+@[^@\s,]+")
TEN_YEARS_DAYS = 3660  # whoever never wants to clean up says so
_DAYS = whole_number(0, TEN_YEARS_DAYS)


def read_email(name: str, text: str) -> str:
    email = text.strip().lower()
    if not _EMAIL.fullmatch(email):
        raise SettingsInvalid(f"{name} must be an e-mail address, not {text}.")
    return email


def read_emails(name: str, text: str) -> frozenset[str]:
    emails = frozenset(each.strip().lower() for each in text.split(",") if each.strip())
    for email in emails:
        if not _EMAIL.fullmatch(email):
            raise SettingsInvalid(f"{name} must be e-mail addresses with commas, not {email}.")
    return emails


@dataclass(frozen=True)
class OperatingSettings:
    """Each number of the clean-up is one of these."""

    staff_emails: frozenset[str] = setting(
        "STAFF_EMAILS",
        "people who may see and help every team on /staff, by the e-mail address they sign in "
        "with, with commas",
        frozenset(),
        shown="nobody",
        read=read_emails,
    )
    support_email: str | None = setting(
        "SUPPORT_EMAIL",
        "whom people of a suspended workspace are told to write to",
        None,
        shown="nobody",
        read=read_email,
    )
    worker_port: int | None = setting(
        "WORKER_PORT",
        "the port on which a worker answers /health/live, /health/ready and /metrics, such as 8001",
        None,
        shown="none",
        read=whole_number(1, 65535),
    )
    metrics_token: str | None = setting(
        "METRICS_TOKEN",
        "the bearer token that /metrics wants; without it only this machine is answered",
        None,
        shown="–",
        secret=True,
    )
    disk_free_gb: int = setting(
        "DISK_FREE_GB",
        "readiness says that the disk is nearly full below this, in GB",
        2,
        read=whole_number(0, 1_000_000),
    )
    cleanup_minutes: int = setting(
        "CLEANUP_MINUTES",
        "how often a worker cleans up its own disk",
        10,
        read=whole_number(1, 1440),
    )
    cleanup_orphans_hour: int = setting(
        "CLEANUP_ORPHANS_HOUR",
        "the hour of the day (UTC) in which one worker looks for stored files that nothing names",
        3,
        read=whole_number(0, 23),
    )
    cleanup_done_hours: int = setting(
        "CLEANUP_DONE_HOURS",
        "how long the working folder of a finished or cancelled video is kept",
        1,
        read=whole_number(0, 24 * TEN_YEARS_DAYS),
    )
    cleanup_failed_days: int = setting(
        "CLEANUP_FAILED_DAYS", "how long the working folder of a failed video is kept", 7,
        read=_DAYS,
    )  # fmt: skip
    cleanup_artifact_days: int = setting(
        "CLEANUP_ARTIFACT_DAYS",
        "recordings and segments that no video used for so long go",
        30,
        read=_DAYS,
    )
    cleanup_artifacts_gb: int = setting(
        "CLEANUP_ARTIFACTS_GB",
        "recordings and segments above this go, least recently used first",
        50,
        read=whole_number(0, 1_000_000),
    )
    cleanup_artifacts_percent: int = setting(
        "CLEANUP_ARTIFACTS_PERCENT",
        "the same as a share of the disk; the smaller of the two holds",
        50,
        read=whole_number(0, 100),
    )
    cleanup_in_use_minutes: int = setting(
        "CLEANUP_IN_USE_MINUTES",
        "recordings and segments used so recently stay, whatever else is said: a video under way "
        "may need them",
        120,
        read=whole_number(1, 60 * 24 * TEN_YEARS_DAYS),
    )
    cleanup_orphan_hours: int = setting(
        "CLEANUP_ORPHAN_HOURS",
        "a stored file that nothing names, or what a killed check or preview left, goes when it is "
        "older than this",
        24,
        read=whole_number(1, 24 * TEN_YEARS_DAYS),
    )
