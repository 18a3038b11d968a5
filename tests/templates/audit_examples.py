"""What the partials of the audit log, and of staff who act as somebody, are rendered with."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.accounts.acting import Acting
from app.workspaces.audit_log import AuditLine

LINE = AuditLine(
    entry_id=UUID(int=7),
    at=datetime(2026, 11, 23, 13, 5, tzinfo=UTC),
    who="Ada",
    is_staff=False,
    kind="Members",
    symbol="shield",
    said="changed the role of",
    thing="Ben",
    rest="",
    reason="",
    changes=[("Role", "member", "admin"), ("Row", "", "12")],
)
_BY_STAFF = replace(LINE, is_staff=True, changes=[], thing="", rest="at once", reason="Unpaid")
ACTING = Acting(UUID(int=7), UUID(int=8), "Sue", "Ada", datetime(2026, 11, 23, 14, 5, tzinfo=UTC))
_LINE = "settings/_audit_line.html"

AUDIT_EXAMPLES: dict[str, dict[str, Any]] = {
    "_acting.html": {"acting": ACTING},
    _LINE: {"line": LINE},
    f"{_LINE} when by staff": {"line": _BY_STAFF},
}
