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

    def sentence(self, *, dry_run: bool = False) -> str:
        """Such as “artifacts: 3 removed, 1.2 GB; 48 GB stay”."""
        act = "would be removed" if dry_run else "removed"
        stays = "" if self.left_bytes is None else f"; {file_size(self.left_bytes)} stay"
        return f"{self.kind}: {self.count:,} {act}, {file_size(self.freed_bytes)}{stays}"
