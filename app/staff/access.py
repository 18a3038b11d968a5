"""Who is staff: people whose confirmed address is in STAFF_EMAILS; no table says so."""

from app.accounts.models import User
from app.settings import Settings
from app.web.refusals import NotFound


def require_staff(settings: Settings, person: User) -> None:
    """Raises NotFound for everybody else: they need not know that there is anything."""
    if person.email_verified_at is None or person.email not in settings.staff_emails:
        raise NotFound
