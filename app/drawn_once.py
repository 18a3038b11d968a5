"""Parts of pages that are alike for everybody: drawn once and kept; they see nobody's request.

A part that reads more than routes and static files fails to render, so it can hold nothing of a
person or a workspace.
"""

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup


@dataclass(frozen=True)
class _Anybody:
    """All that is left of a request: the application, for its routes."""

    app: Any


class DrawnOnce:
    """What `once("_part.html")` does in templates."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._app: Any = None
        self._drawn: dict[str, Markup] = {}

    @pass_context
    def once(self, context: Context, name: str, /) -> Markup:
        """The part, the same for every page. Where templates may change it is drawn each time."""
        request = context.get("request")
        app = request.app if request else None
        if app is not self._app or self._environment.auto_reload:
            self._app, self._drawn = app, {}
        if name not in self._drawn:
            template = self._environment.get_template(name)
            # It was escaped where it was drawn.
            self._drawn[name] = Markup(  # noqa: S704
                template.render({"request": _Anybody(app)} if request else {})
            )
        return self._drawn[name]
