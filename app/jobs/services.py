"""What jobs work with; made once per worker."""

from dataclasses import dataclass

from app.billing.stripe_api import StripeApi
from app.db.session import Database
from app.mail.send import Mailer
from app.renders.health import CheckQueue
from app.settings import Settings
from app.storage.interface import Storage


@dataclass(frozen=True)
class Services:
    """Handed to every job as its first argument."""

    settings: Settings
    database: Database
    mailer: Mailer
    storage: Storage
    # Whether the queue that jobs are sent to answers; None where nothing is sent.
    check_queue: CheckQueue | None = None
    # None where nothing is sold.
    stripe: StripeApi | None = None
