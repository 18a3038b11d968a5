"""How the service writes its log: one event a line, `noun.past_verb` with ids."""

import logging
import sys
from typing import Any

import msgspec
import structlog

from app.settings import Settings


class _StandardError:
    """Where lines go: standard error as it is at each of them, for a program that captures it may
    close its own. One write a line, so that lines of two processes do not mix."""

    def write_line(self, line: str) -> None:
        sys.stderr.write(f"{line}\n")  # it is line-buffered, also into a file

    debug = info = warning = error = critical = exception = msg = write_line


def set_up_logs(settings: Settings) -> None:
    """Readable lines for people in development, JSON for machines in production."""
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(serializer=_as_json)
    if not settings.is_production:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    standard_error = _StandardError()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: standard_error,
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
    # It warns of every clean end of an idle worker; what a job does is logged by ours.
    logging.getLogger("saq").setLevel(logging.ERROR)


def _as_json(event: Any, **_options: Any) -> str:
    return msgspec.json.encode(event, enc_hook=repr).decode()
