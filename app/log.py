"""How the service writes its log: one event a line, `noun.past_verb` with ids."""

import logging
import sys

import structlog

from app.settings import Settings


def set_up_logs(settings: Settings) -> None:
    """Readable lines for people in development, JSON for machines in production."""
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer()
    if not settings.is_production:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        # Standard error as it is at each line: a program that captures it may close its own.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
    # It warns of every clean end of an idle worker; what a job does is logged by ours.
    logging.getLogger("saq").setLevel(logging.ERROR)
