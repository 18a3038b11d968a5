"""The rules of the house that a machine can check; what they are for stands beside each."""

import ast
import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
FOLDERS = ("app", "tests", "samples", "scripts", "migrations")
LINES_AT_MOST = 300
NAMES_OF_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc", "v2", "new", "old"}
# Spelled in pieces, or this file would break its own rule.
LEFT_OPEN = re.compile(
    r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"]) + ")"
)
HOME_PATH = re.compile(r"""["'(= ]/(home|Users|root|work|mnt)/\w""")

MODULES = sorted(
    path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if path.stat().st_size
)
OTHERS = sorted(
    path
    for folder in FOLDERS
    for kind in ("js", "css", "html")
    for path in (ROOT / folder).rglob(f"*.{kind}")
    if "vendor" not in path.parts
)


def _named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _broken(rule: list[str]) -> str:
    return "\n".join(["", *rule])


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in MODULES + OTHERS}
    long = [f"{_named(path)}: {n} lines" for path, n in lengths.items() if n > LINES_AT_MOST]
    assert not long, _broken(long)


def test_every_module_opens_with_a_sentence() -> None:
    mute = [
        _named(path)
        for path in MODULES
        if not re.match(r"[^\n].*?[.:?](\s|$)", ast.get_docstring(_tree(path)) or "", re.DOTALL)
    ]
    assert not mute, _broken(mute)


def test_every_file_is_named_by_what_is_in_it() -> None:
    vague = [
        _named(path)
        for path in MODULES + OTHERS
        if NAMES_OF_NOTHING & set(re.split(r"[_.-]", path.name))
        or NAMES_OF_NOTHING & set(path.relative_to(ROOT).parent.parts)
    ]
    assert not vague, _broken(vague)


def test_nothing_is_left_open_and_nothing_knows_one_machine() -> None:
    found = [
        f"{_named(path)}:{number}: {line.strip()}"
        for path in MODULES + OTHERS
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if LEFT_OPEN.search(line) or HOME_PATH.search(line)
    ]
    assert not found, _broken(found)


def test_every_test_is_a_sentence_and_none_sleeps() -> None:
    faults = [
        f"{_named(path)}: {function.name}"
        for path in MODULES
        if path.name.startswith("test_")
        for function in ast.walk(_tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and function.name.startswith("test_")
        and (function.name.count("_") < 3 or _sleeps(function))
    ]
    assert not faults, _broken(faults)


def _sleeps(function: ast.AST) -> bool:
    """Whether it waits for time to pass. `sleep(0)` only lets others run."""
    return any(
        isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] == "sleep"
        and ast.unparse(node.args[0]) != "0"
        for node in ast.walk(function)
    )


def test_the_motion_engine_has_neither_clock_nor_chance_of_its_own() -> None:
    found = [
        f"{_named(path)}: {name}"
        for path in MODULES
        if path.is_relative_to(ROOT / "app/hme")
        for name in _from_outside(_tree(path))
    ]
    assert not found, _broken(found)


def _from_outside(tree: ast.Module) -> list[str]:
    """Uses of clock, system and unseeded chance. A `Random` that was passed in is no chance."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names if alias.name != "random"]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "random":
            names.append(f"random.{node.attr}")
        elif isinstance(node, ast.Call) and not node.args:
            names += ["random.Random()"] if ast.unparse(node.func).endswith("Random") else []
    outside = ("random", "secrets", "time", "datetime", "os", "uuid")
    return [n for n in names if n.split(".")[0] in outside and n != "random.Random"]


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


@pytest.fixture
def project() -> dict[str, list[str]]:
    """What pyproject.toml asks for, as requirement texts: to run, and to develop."""
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {"run": tables["project"]["dependencies"], "dev": tables["dependency-groups"]["dev"]}


def test_the_lock_gives_all_that_the_project_asks_for(project: dict[str, list[str]]) -> None:
    locked = dict(
        re.findall(
            r"^([\w.-]+)==([^ ;\\]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE
        )
    )
    stale = []
    for text in project["run"] + project["dev"]:
        wanted = Requirement(text)
        version = locked.get(canonicalize_name(wanted.name))
        if version is None or not wanted.specifier.contains(version):
            stale.append(f"{text}: {version} is locked; run `make lock`")
    assert not stale, _broken(stale)


def test_what_others_made_is_named_with_its_licence(project: dict[str, list[str]]) -> None:
    text = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
    packages = {Requirement(each).name for each in project["run"] + project["dev"]}
    unnamed = {name for name in packages if not re.search(rf"(?<!\w){re.escape(name)}\b", text)}
    vendored = {
        path: path.read_text().split()[:2]
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("VERSION")
    }
    assert vendored
    for path, (name, version) in vendored.items():
        if not re.search(rf"`{re.escape(name)}`.*\| {re.escape(version)} \|", text):
            unnamed.add(f"{name} {version}")
        if not list(path.parent.glob("LICENSE*")):
            unnamed.add(f"the licence's text in {_named(path.parent)}")
    assert not unnamed, _broken(sorted(unnamed))


def test_the_command_is_installed() -> None:
    commands = metadata.entry_points(group="console_scripts", name="loomlite")
    assert [command.value for command in commands] == ["app.cli:main"]
