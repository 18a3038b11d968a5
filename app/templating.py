"""The Jinja environment of every page: what a template may say; knows no route and no request.

Routes are asked of the request that a template is rendered with, at the time it is rendered.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from markupsafe import Markup

from app import phrases
from app.drawn_once import DrawnOnce
from app.route_paths import RoutePaths

TEMPLATES = Path(__file__).parent / "templates"
VENDOR = Path(__file__).parent / "static/vendor"
SPRITE = "vendor/lucide-static/sprite.svg"
# What a template reads that only some handlers give; error pages come without any of it.
ABSENT = {"person": None, "member": None, "acting": None, "flash": ()}


def make_environment(
    static_url: Callable[[str], str],
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    auto_reload: bool = False,
) -> Environment:
    """The environment for app/templates: autoescaped, strict about what is undefined.

    `static_url` gives the hashed URL of a file under app/static.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(
            default=True, default_for_string=True, disabled_extensions=("txt",)
        ),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=auto_reload,
    )
    paths = RoutePaths()
    environment.globals |= ABSENT | {
        "has_route": paths.has_route,
        "here": here,
        "icon": _icon_maker(static_url(SPRITE)),
        "integrity": integrity,
        "once": DrawnOnce(environment).once,
        "sells_plans": sells_plans,
        "static": static_url,
        "url_for": paths.url_for,
    }
    environment.filters |= {
        "ago": lambda moment: phrases.ago(moment, now()),
        "bytes": phrases.file_size,
        "clock": lambda moment: phrases.clock(moment, now()),
        "date": phrases.day,
        "datetime": phrases.day_and_time,
        "duration": phrases.duration,
        "initials": phrases.initials,
        "lasting": phrases.lasting,
        "merged": _merged,
        "minutes": phrases.minutes,
        "number": phrases.number,
        "plural": phrases.plural,
        "signed": phrases.signed,
        "with_query": with_query,
    }
    return environment


@pass_context
def here(context: Context, /, **changes: Any) -> str:
    """This page's own URL with some query parameters set, or taken away by None."""
    request = context["request"]
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in changes]
    return with_query(request.url.path, kept, **changes)


@pass_context
def sells_plans(context: Context, /) -> bool:
    """Whether the service has plans to buy; False where there is no service around the page."""
    request = context.get("request")
    state = getattr(request.app, "state", None) if request else None
    return bool(getattr(getattr(state, "settings", None), "sells", False))


def with_query(url: str, pairs: list[tuple[str, str]] | None = None, /, **parameters: Any) -> str:
    """A URL with query parameters; those that are None or "" are left out, a list is repeated."""
    for name, value in parameters.items():
        values = value if isinstance(value, list | tuple) else [value]
        pairs = [*(pairs or []), *((name, str(v)) for v in values if v not in {None, ""})]
    query = urlencode(pairs or [])
    return f"{url}{'&' if urlsplit(url).query else '?'}{query}" if query else url


def _merged(*tables: Mapping[str, Any]) -> dict[str, Any]:
    """One table of several; what comes later wins."""
    return {key: value for table in tables for key, value in table.items()}


@cache
def integrity(path: str) -> str:
    """The recorded sha384 of a vendored file, for `integrity=`. Raises LookupError."""
    file = VENDOR.parent / path
    for line in (file.parent / "INTEGRITY").read_text("utf-8").splitlines():
        digest, name = line.split()
        if name == file.name:
            return digest
    raise LookupError(f"No digest of {path} is recorded.")


@cache
def icon_names() -> frozenset[str]:
    """The icons there are, by Lucide's names."""
    sprite = (VENDOR.parent / SPRITE).read_text("utf-8")
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', sprite))


def _icon_maker(sprite_url: str) -> Callable[..., Markup]:
    @lru_cache(maxsize=1024)  # a page draws a hundred, most of them alike
    def icon(name: str, label: str = "") -> Markup:
        if name not in icon_names():
            raise LookupError(f"No icon {name}: add it to vendor/packages.toml, run `make vendor`.")
        spoken = Markup('role="img" aria-label="{}"').format(label)
        return Markup('<svg class="icon" {}><use href="{}#{}"></use></svg>').format(
            spoken if label else Markup('aria-hidden="true"'), sprite_url, name
        )

    return icon
