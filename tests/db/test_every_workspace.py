"""Only jobs look into all workspaces at once, and they say so in one way."""

import ast
from pathlib import Path

APP = Path(__file__).parent.parent.parent / "app"
ALLOWED = {"app/db/session.py", "app/db/tenancy.py"}


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
    } | {name for name, source in _sources().items() if "set_config(" in source}
    assert knowing <= ALLOWED
