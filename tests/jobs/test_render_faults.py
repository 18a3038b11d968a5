"""Whose fault it was, in words that name no process and no folder of ours."""

import errno

import pytest

from app.jobs.render_faults import DISK_FULL, FacecamGone, StillHeld, fault_of
from app.pipeline_process import PipelineFailed
from app.renders.frozen_values import NotRenderable
from app.storage.storage_errors import StorageRefused, StorageUnreachable, UploadBroken


def engine(code: str, *, permanent: bool = False) -> PipelineFailed:
    return PipelineFailed(code, "Its log is /var/x/render.log.", permanent=permanent)


@pytest.mark.parametrize(
    ("error", "kind", "code", "permanent"),
    [
        (engine("page_not_found", permanent=True), "failed", "page_not_found", True),
        (engine("page_timeout"), "failed", "page_timeout", False),
        (engine("engine_died"), "failed", "engine_died", False),
        (engine("disk_full"), "delayed", "disk_full", False),
        (OSError(errno.ENOSPC, "no space"), "delayed", "disk_full", False),
        (OSError(errno.EACCES, "no"), "failed", "fault", False),
        (StorageUnreachable("x"), "delayed", "storage_unreachable", False),
        (StorageRefused("x"), "delayed", "storage_refused", False),
        (UploadBroken("x"), "delayed", "storage_unreachable", False),
        (NotRenderable("No page."), "failed", "not_renderable", True),
        (FacecamGone("Hello"), "failed", "facecam_gone", True),
        (StillHeld("x"), "delayed", "still_held", False),
        (ZeroDivisionError(), "failed", "fault", False),
    ],
)
def test_each_error_has_its_kind_and_its_code(
    error: Exception, kind: str, code: str, permanent: bool
) -> None:
    found, fault = fault_of(error)
    assert (found, fault.code, fault.permanent) == (kind, code, permanent)
    assert fault.sentence


@pytest.mark.parametrize(
    "code",
    ["engine_died", "engine_hangs", "engine_garbled", "engine_unknown", "took_too_long"],
)
def test_the_engines_own_faults_name_no_path(code: str) -> None:
    _, fault = fault_of(engine(code))
    assert "/" not in fault.sentence


def test_a_full_disk_says_that_nothing_is_lost() -> None:
    assert "Nothing is lost" in DISK_FULL.sentence
