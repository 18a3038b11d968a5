"""What a module may know by its name: pages know the framework, services do not."""

import ast
from pathlib import Path

import app.errors

APP = Path(__file__).parent.parent / "app"
FEATURES = (
    *("accounts", "workspaces", "billing", "facecams", "campaigns", "renders", "viewer"),
    *("analytics", "usage", "domains", "site", "staff"),
)
BELOW = ("db", "mail", "storage", "jobs")
# What handlers are made of besides pages: cookies, the frame of the wizard, a prospect’s answers.
DOORS = {
    "billing/webhook_way.py",
    *("accounts/session_cookie.py", "accounts/own_host.py", "campaigns/wizard.py"),
    *(
        "viewer/password_cookie.py",
        "viewer/page_answers.py",
        "viewer/sent_page.py",
        "viewer/short_way.py",
    ),
}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def _modules(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (APP / folder).rglob("*.py"))


def _is_page(path: Path) -> bool:
    name = str(path.relative_to(APP))
    return path.stem.endswith(("_pages", "_step", "dependencies")) or name in DOORS


def test_services_and_jobs_know_no_web_framework() -> None:
    knowing = [
        str(path)
        for path in _modules(*FEATURES, *BELOW)
        if not _is_page(path) and any(each.startswith("litestar") for each in _imports(path))
    ]
    assert knowing == []


def test_services_leave_the_commit_to_whoever_opened_the_session() -> None:
    committing = [
        f"{path}:{node.lineno}"
        for path in _modules(*FEATURES, "jobs")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert committing == []


def test_one_module_knows_how_to_ask_a_provider() -> None:
    asking = [
        str(path.relative_to(APP))
        for path in APP.rglob("*.py")
        if any(each.split(".")[0] == "authlib" for each in _imports(path))
    ]
    assert asking == ["accounts/oauth.py"]


def test_one_module_knows_how_to_ask_stripe() -> None:
    asking = [
        str(path.relative_to(APP))
        for path in APP.rglob("*.py")
        if any(each.split(".")[0] == "stripe" for each in _imports(path))
    ]
    assert asking == ["billing/stripe_api.py"]


def test_the_service_knows_of_the_engine_what_it_is_told_and_no_more() -> None:
    known = {
        each
        for path in [*_modules(*FEATURES, *BELOW, "web"), APP / "clip_preparation.py"]
        for each in _imports(path)
        if each.startswith("app.pipeline.")
    }
    assert known <= {
        "app.pipeline.artifact_cleanup",
        "app.pipeline.clip_spec",
        "app.pipeline.errors",
        "app.pipeline.pages_spec",
        "app.pipeline.spec",
    }


def test_every_expected_error_is_in_the_drawing() -> None:
    drawing = app.errors.__doc__ or ""
    missing = [
        f"{node.name} in {path.relative_to(APP.parent)}"
        for path in APP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and "LoomliteError" in {ast.unparse(base) for base in node.bases}
        and f"{node.name} " not in drawing
    ]
    assert missing == []
