"""The secret that signs this server's own addresses: the operator's, or one beside the data."""

import os
import secrets
import tempfile
from pathlib import Path

SECRET_BYTES = 32


def load_secret(chosen: str | None, file: Path) -> bytes:
    """`chosen`, or what is in `file`: made by the first process that asks, for its owner alone."""
    if chosen is not None:
        return chosen.encode()
    if not file.exists():
        _make(file)
    return bytes.fromhex(file.read_text(encoding="ascii"))


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=file.parent)  # 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as writing:
            writing.write(secrets.token_hex(SECRET_BYTES))
        # A link does not replace: of two processes the second finds the first one's secret.
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
