"""What a check of pages is told; opens nothing."""

from pathlib import Path

from pydantic import Field

from app.pipeline.spec import Frozen


class PageToCheck(Frozen):
    url: str
    depth: str = "end"


class PagesToCheck(Frozen):
    """What `python -m app.pipeline preflight` is told. Pictures go to `thumbnails`."""

    pages: tuple[PageToCheck, ...]
    thumbnails: Path
    width: int = 1920
    height: int = 1080
    page_load_wait_ms: int = 3000
    jobs: int = Field(4, ge=1, le=32)
    allow_addresses: tuple[str, ...] = ()
