"""What templates can say: numbers, times and sizes in words, URLs, icons."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from jinja2 import Environment, UndefinedError

from app.templating import make_environment
from app.web.static_files import StaticFiles
from tests.templates.examples import NOW, REQUEST


@pytest.fixture(scope="module")
def environment() -> Environment:
    return make_environment(StaticFiles().url, now=lambda: NOW)


def _said(environment: Environment, text: str, **context: object) -> str:
    return environment.from_string(text).render(request=REQUEST, **context)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ 1204 | plural('lead', 'leads') }}", "1,204 leads"),
        ("{{ 1 | plural('lead', 'leads') }}", "1 lead"),
        ("{{ 0 | plural('lead', 'leads') }}", "0 leads"),
        ("{{ 1234567 | number }}", "1,234,567"),
        ("{{ 65 | duration }}", "1:05"),
        ("{{ 59.6 | duration }}", "1:00"),
        ("{{ 3605 | duration }}", "1:00:05"),
        ("{{ 1 | bytes }}", "1 byte"),
        ("{{ 1023 | bytes }}", "1,023 bytes"),
        ("{{ 13000000 | bytes }}", "12.4 MB"),
        ("{{ 1048570 | bytes }}", "1 MB"),
        ("{{ 2147483648 | bytes }}", "2 GB"),
        ("{{ 'alice anna moreau' | initials }}", "AM"),
        ("{{ 'Zoë' | initials }}", "Z"),
        ("{{ '' | initials }}", ""),
    ],
)
def test_a_number_is_written_for_people(environment: Environment, text: str, said: str) -> None:
    assert _said(environment, text) == said


@pytest.mark.parametrize(
    ("apart", "said"),
    [
        (timedelta(seconds=10), "just now"),
        (timedelta(seconds=50), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=31), "23 Oct 2026"),
        (timedelta(hours=-3), "in 3 hours"),
    ],
)
def test_a_time_is_told_from_now(environment: Environment, apart: timedelta, said: str) -> None:
    text = _said(environment, "{{ moment | ago }}", moment=NOW - apart)
    assert f">{said}</time>" in text
    assert 'data-local="ago"' in text


def test_a_date_is_given_with_its_moment_for_the_viewers_zone(environment: Environment) -> None:
    moment = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert _said(environment, "{{ moment | date }}", moment=moment) == (
        '<time datetime="2025-12-31T23:30:00Z" data-local="date" title="31 Dec 2025, 23:30 UTC">'
        "31 Dec 2025</time>"
    )
    assert ">31 Dec 2025, 23:30</time>" in _said(
        environment, "{{ moment | datetime }}", moment=moment
    )


def test_a_day_of_the_calendar_has_no_zone(environment: Environment) -> None:
    assert _said(environment, "{{ day | date }}", day=date(2026, 11, 3)) == (
        '<time datetime="2026-11-03">3 Nov 2026</time>'
    )


def test_a_time_without_a_zone_is_refused(environment: Environment) -> None:
    with pytest.raises(ValueError, match="no zone"):
        _said(environment, "{{ moment | date }}", moment=NOW.astimezone(UTC).replace(tzinfo=None))


def test_a_url_comes_from_the_name_of_its_route(environment: Environment) -> None:
    assert _said(environment, "{{ url_for('leads.row', lead_id=7) }}") == "/leads/row/7"
    assert _said(
        environment, "{{ '/leads' | with_query(q='a b', page=none, tag=['x', 'y']) }}"
    ) == ("/leads?q=a+b&amp;tag=x&amp;tag=y")
    assert _said(environment, "{{ here(page=3) }}") == "/campaigns/list?state=draft&amp;page=3"
    assert _said(environment, "{{ here(page=none, state=none) }}") == "/campaigns/list"


def test_a_route_is_missing_where_nothing_was_requested(environment: Environment) -> None:
    template = environment.from_string("{{ has_route('leads.row') }}")
    assert template.render(request=REQUEST) == "True"
    assert template.render() == "False"


def test_an_icon_is_silent_or_has_a_label(environment: Environment) -> None:
    silent = _said(environment, "{{ icon('play') }}")
    spoken = _said(environment, "{{ icon('play', label) }}", label='"Play" <now>')
    assert 'aria-hidden="true"' in silent
    assert "sprite.svg#play" in silent
    assert 'role="img" aria-label="&#34;Play&#34; &lt;now&gt;"' in spoken
    with pytest.raises(LookupError, match="make vendor"):
        _said(environment, "{{ icon('playy') }}")


def test_what_is_undefined_is_an_error_and_what_is_written_is_escaped(
    environment: Environment,
) -> None:
    assert _said(environment, "{{ name }}", name="<b>") == "&lt;b&gt;"
    with pytest.raises(UndefinedError):
        _said(environment, "{{ nmae }}", name="Ann")


def test_a_vendored_file_is_named_with_its_digest(environment: Environment) -> None:
    path = "vendor/htmx.org/htmx.min.js"
    assert _said(environment, f"{{{{ integrity('{path}') }}}}").startswith("sha384-")
    with pytest.raises(LookupError):
        _said(environment, "{{ integrity('vendor/htmx.org/LICENSE') }}")
