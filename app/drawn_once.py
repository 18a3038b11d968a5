"""What is alike for everybody: drawn once and kept; it sees nobody's request.

What reads more than routes, static files and what it is given by name fails to render, so it can
hold nothing of a person or a workspace.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

KEPT_AT_MOST = 500  # pages of some kilobytes; a key may be anything that somebody typed


@dataclass(frozen=True)
class _Anybody:
    """All that is left of a request: the application, for its routes."""

    app: Any


class DrawnOnce:
    """Parts and pages of one application at a time. Where templates may change nothing is kept."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._app: Any = None
        self._drawn: dict[Hashable, Markup] = {}

    @pass_context
    def once(self, context: Context, name: str, /) -> Markup:
        """What `once("_part.html")` does in templates: the part, the same for every page."""
        request = context.get("request")
        return self.draw(request.app if request else None, name)

    def draw(
        self, app: Any, name: str, key: Hashable = None, values: Mapping[str, Any] | None = None
    ) -> Markup:
        """The template with these values, which are the same wherever application and key are."""
        if app is not self._app or len(self._drawn) > KEPT_AT_MOST or self._environment.auto_reload:
            self._app, self._drawn = app, {}
        if (name, key) not in self._drawn:
            self._drawn[name, key] = self.draw_anew(app, name, values or {})
        return self._drawn[name, key]

    def draw_anew(self, app: Any, name: str, values: Mapping[str, Any]) -> Markup:
        """The same without keeping it."""
        request = {"request": _Anybody(app)} if app is not None else {}
        text = self._environment.get_template(name).render({**request, **values})
        return Markup(text)  # noqa: S704 - it was escaped where it was drawn
