"""Every template compiles; every partial renders with just what its first line names."""

import re

import pytest
from jinja2 import Environment, meta

from app.templating import TEMPLATES, icon_names, make_environment
from app.web.static_files import StaticFiles
from tests.templates.examples import EXAMPLES, NOW, context_for

NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
PARTIALS = [name for name in NAMES if name.rpartition("/")[2].startswith("_")]
CONTRACT = re.compile(r"\{# (?P<words>.+) · needs: (?P<needs>.*?) ?#\}")
STYLE_OR_SCRIPT = re.compile(
    r"""<[^>]*\sstyle=|<style|<script(?![^>]*\ssrc=)|<[^>]*\son\w+=|hx-on|["']js:"""
)


@pytest.fixture(scope="module")
def environment() -> Environment:
    return make_environment(StaticFiles().url, now=lambda: NOW)


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _needs(partial: str) -> list[str]:
    contract = CONTRACT.match(_source(partial).split("\n")[0])
    assert contract, f"{partial} does not open with {{# name · what it is · needs: a, b #}}"
    names = [each.split()[0] for each in contract["needs"].split(",") if each.strip()]
    return [name for name in names if name != "nothing"]


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(environment: Environment, name: str) -> None:
    environment.get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_of_a_template_is_there(name: str) -> None:
    used = set(re.findall(r"""\bicon\(["']([\w-]+)["']""", _source(name)))
    assert used <= icon_names()


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("letters/")])
def test_no_template_holds_a_script_or_a_style(name: str) -> None:
    assert not STYLE_OR_SCRIPT.findall(_source(name))


@pytest.mark.parametrize("name", [name for name in NAMES if "from:#live" in _source(name)])
def test_what_follows_events_keeps_its_element(name: str) -> None:
    """htmx 4 queues an event that comes while a part is being fetched on the part's element; with
    the element replaced, the last news would be lost and the part stale for good."""
    tags = re.findall(r"<[^<]*from:#live[^<]*", _source(name))
    assert all('hx-swap="outerMorph"' in tag for tag in tags)


@pytest.mark.parametrize("partial", PARTIALS)
def test_a_partial_reads_only_what_its_first_line_names(
    environment: Environment, partial: str
) -> None:
    read = meta.find_undeclared_variables(environment.parse(_source(partial)))
    unnamed = read - set(_needs(partial)) - set(environment.globals) - {"request"}
    assert not unnamed, f"{partial} reads {sorted(unnamed)} and does not say so"


FACES = [(name, None) for name in PARTIALS] + [
    (name.split(" ")[0], name) for name in EXAMPLES if " " in name
]


@pytest.mark.parametrize(("partial", "example"), FACES)
def test_a_partial_renders_with_what_it_needs(
    environment: Environment, partial: str, example: str | None
) -> None:
    text = environment.get_template(partial).render(context_for(partial, _needs(partial), example))
    assert text.strip()
