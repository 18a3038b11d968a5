"""Parts of a job that do not stop each other; it knows none of them."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

log = structlog.get_logger()


class Parts:
    """What fails in one is logged as `event`, and the next one is begun."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._failed: list[Exception] = []

    @contextmanager
    def part(self, **of: str) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError) as error:  # a lock, or no database
            log.warning(self._event, reason=type(error).__name__, **of)
            self._failed.append(error)
        except Exception as error:
            log.exception(self._event, **of)
            self._failed.append(error)

    def raise_first(self) -> None:
        """After the last one: a job of which a part failed has failed, and is tried again."""
        if self._failed:
            raise self._failed[0]
