"""Parts that are drawn once, and paths that are asked for once: right for everybody."""

from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from jinja2 import DictLoader, Environment, UndefinedError

from app.templating import make_environment
from tests.templates.examples import StandInApp

PERSON = SimpleNamespace(name="Alice")


class CountingApp(StandInApp):
    """Routes of any name under a prefix, counted."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix, self.asked = prefix, 0

    def route_reverse(self, name: str, **parameters: object) -> str:
        self.asked += 1
        return self.prefix + super().route_reverse(name, **parameters)


def _environment(*, auto_reload: bool = False, **templates: str) -> Environment:
    environment = make_environment(lambda path: f"/static/{path}", auto_reload=auto_reload)
    environment.loader = DictLoader({f"{name}.html": text for name, text in templates.items()})
    return environment


def _said(environment: Environment, name: str, app: StandInApp, **context: object) -> str:
    request = SimpleNamespace(app=app, url=SimpleNamespace(path="/secret"))
    return environment.get_template(f"{name}.html").render(request=request, **context)


def test_a_part_is_drawn_once_and_anew_for_another_application() -> None:
    environment = _environment(page='{{ once("part.html") }}', part="<b>{{ url_for('a') }}</b>")
    app, other = CountingApp(), CountingApp("/other")
    assert [_said(environment, "page", app) for _ in range(3)] == ["<b>/a</b>"] * 3
    assert app.asked == 1
    assert _said(environment, "page", other) == "<b>/other/a</b>"
    assert _said(environment, "page", app) == "<b>/a</b>"


def test_a_part_that_is_drawn_once_sees_nobody() -> None:
    environment = _environment(
        page='{{ once("part.html") }}', part="{{ request.url.path }}", other="{{ once('p.html') }}",
        p="{{ campaign.name }}", third='{{ once("q.html") }}', q="{{ person or 'nobody' }}",
    )  # fmt: skip
    for page in ("page", "other"):
        with pytest.raises(UndefinedError):
            _said(environment, page, CountingApp(), campaign=PERSON)
    assert _said(environment, "third", CountingApp(), person=PERSON) == "nobody"


def test_a_part_is_drawn_each_time_while_templates_may_change() -> None:
    environment = _environment(
        auto_reload=True, page='{{ once("part.html") }}', part="{{ url_for('a', n=now()) }}"
    )
    numbers = iter(range(9))
    environment.globals["now"] = lambda: next(numbers)
    assert [_said(environment, "page", CountingApp()) for _ in range(2)] == ["/a/0", "/a/1"]


def test_a_route_is_asked_for_once_and_every_id_has_its_own_path() -> None:
    environment = _environment(page="{{ url_for('a.b', one=one, kind=kind, two=two) }}")
    app = CountingApp("/{x}")
    for kind in ("poster.webp", "b"):
        for one, two in [(uuid4(), uuid4()), (uuid4(), UUID(int=1))]:
            said = _said(environment, "page", app, one=one, two=two, kind=kind)
            assert said == f"/{{x}}/a/b/{one}/{two}/{kind}"
    assert app.asked == 2


def test_a_path_of_one_application_is_not_given_for_another() -> None:
    environment = _environment(page="{{ url_for('a') }}")
    assert _said(environment, "page", CountingApp("/one")) == "/one/a"
    assert _said(environment, "page", CountingApp("/two")) == "/two/a"
