"""Only jobs look into all workspaces at once, and they say so in one way.

What jobs offer to those who run the service sees all of them too, so it has few callers: the
staff's pages, where STAFF_EMAILS decides, and the operator's commands and ports.
"""

import ast
import re
from pathlib import Path

APP = Path(__file__).parent.parent.parent / "app"
ALLOWED = {"app/db/session.py", "app/db/tenancy.py"}
OPERATORS = re.compile(r"^\s*from app\.jobs\.operator_", re.MULTILINE)
OF_OPERATORS = {"app/operator_commands.py", "app/operator_tables.py", "app/worker_port.py"}


def _sources() -> dict[str, str]:
    return {
        path.relative_to(APP.parent).as_posix(): path.read_text("utf-8")
        for path in APP.rglob("*.py")
    }


def _sees_all(source: str) -> bool:
    return any(
        isinstance(node, ast.keyword) and node.arg == "every_workspace"
        for node in ast.walk(ast.parse(source))
    )


def test_every_workspace_is_asked_for_by_jobs_alone() -> None:
    asking = {name for name, source in _sources().items() if _sees_all(source)}
    assert asking, "the check finds nothing at all"
    assert {name for name in asking if not name.startswith("app/jobs/")} == set()


def test_nothing_else_knows_how_the_scope_is_set() -> None:
    knowing = {
        name
        for name, source in _sources().items()
        if "every_workspace" in source and not name.startswith("app/jobs/")
    } | {name for name, source in _sources().items() if "set_config('app." in source}
    assert knowing <= ALLOWED


def test_what_operators_may_is_asked_for_by_operators_alone() -> None:
    asking = {name for name, source in _sources().items() if OPERATORS.search(source)}
    assert "app/staff/render_pages.py" in asking
    others = {name for name in asking if not name.startswith(("app/jobs/operator_", "app/staff/"))}
    assert others == OF_OPERATORS


def test_every_page_of_the_staff_asks_who_looks() -> None:
    pages = [source for name, source in _sources().items() if name == "app/staff/render_pages.py"]
    for handler in (node for node in ast.walk(ast.parse(pages[0])) if _is_handler(node)):
        body = ast.unparse(handler)
        assert "require_staff(" in body or "await _render(" in body, handler


def _is_handler(node: ast.AST) -> bool:
    return isinstance(node, ast.AsyncFunctionDef) and any(
        ast.unparse(each).startswith(("get(", "post(")) for each in node.decorator_list
    )
