"""How a command that failed tells so: one sentence and an exit code; it runs nothing.

It imports the engine's errors when there is one to tell: the service starts without the engine.
"""

import tempfile
import traceback

from rich.console import Console
from rich.text import Text

from app.errors import LoomliteError

FAILED, UNUSABLE, INTERRUPTED = 1, 2, 130

# The engine's names for what is wrong with a file that was given.
UNUSABLE_CODES = frozenset(
    ["not_a_video", "facecam_truncated", "facecam_empty", "facecam_too_long", "facecam_error",
     "spec_invalid"]
)  # fmt: skip


def say(errors: Console, error: Exception) -> int:
    """Tells the person what happened; returns the exit code."""
    from app.inputs import InputsInvalid
    from app.pipeline.errors import PipelineError
    from app.tables import print_problems

    match error:
        case InputsInvalid():
            print_problems(errors, error)
            return UNUSABLE
        case LoomliteError() | PipelineError():
            said, code = str(error), _exit_code(error)
        case OSError(filename=str() as file, strerror=str() as cause):
            said, code = f"{file} cannot be used: {cause}.", FAILED
        case _:
            said, code = _unforeseen(error), FAILED
    errors.print(Text(said, style="red"), soft_wrap=True)
    return code


def _exit_code(error: Exception) -> int:
    from app.campaign_problems import CampaignInvalid
    from app.fit import ScenesDoNotFit
    from app.leads import LeadsInvalid, UrlInvalid
    from app.pipeline_process import PipelineFailed
    from app.row_ranges import RowsInvalid

    if isinstance(error, PipelineFailed):
        return UNUSABLE if error.code in UNUSABLE_CODES else FAILED
    unusable = (CampaignInvalid, LeadsInvalid, UrlInvalid, RowsInvalid, ScenesDoNotFit)
    return UNUSABLE if isinstance(error, unusable) else FAILED


def _unforeseen(error: Exception) -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="loomlite-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        traceback.print_exception(error, file=log)
    return (
        f"Something went wrong that was not foreseen ({type(error).__name__}: {error}). "
        f"The details are in {log.name}; `loomlite --debug …` shows them here."
    )
