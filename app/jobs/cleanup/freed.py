"""What a clean-up removed or would remove, by kind; it removes nothing itself."""

from dataclasses import dataclass

from app.phrases import file_size


@dataclass(frozen=True)
class Freed:
    """Things of one kind that went. `left_bytes` None: nobody counted what stays."""

    kind: str
    count: int
    freed_bytes: int
    left_bytes: int | None = None

    @property
    def sentence(self) -> str:
        """Such as “3 artifacts, 1.2 GB; 48 GB stay”."""
        stays = "" if self.left_bytes is None else f"; {file_size(self.left_bytes)} stay"
        return f"{self.count:,} {self.kind}, {file_size(self.freed_bytes)}{stays}"
