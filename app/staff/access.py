"""The door of the staff's pages: for people in STAFF_EMAILS, and nothing for everybody else."""

from app.accounts.acting import is_staff
from app.accounts.models import User
from app.settings import Settings
from app.web.refusals import NotFound


def require_staff(settings: Settings, person: User) -> None:
    """Raises NotFound for everybody else: they need not know that there is anything."""
    if not is_staff(settings, person):
        raise NotFound
