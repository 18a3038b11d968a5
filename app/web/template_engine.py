"""Litestar's engine for Jinja over an environment of ours, whose words it leaves as they are."""

from collections.abc import Hashable, Mapping
from typing import Any

from jinja2 import Environment
from litestar.plugins.jinja import JinjaTemplateEngine

from app.drawn_once import DrawnOnce


class TemplateEngine(JinjaTemplateEngine):
    """Adds Litestar's own functions for templates only where the environment has none by the name.

    Its `url_for` would take the place of ours, and puts every path together anew.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(engine_instance=environment)
        self._pages = DrawnOnce(environment)

    def register_template_callable(self, key: str, template_callable: Any) -> None:
        if key not in self.engine.globals:
            super().register_template_callable(key, template_callable)

    def draw_for_anybody(self, app: Any, name: str, values: Mapping[str, Any]) -> str:
        """A page that reads nothing of a request but the routes; the caller keeps it, or not."""
        return str(self._pages.draw_anew(app, name, values))

    def draw_once(self, app: Any, name: str, key: Hashable, values: Mapping[str, Any]) -> str:
        """A page that is the same for everybody who asks with the same key."""
        return str(self._pages.draw(app, name, key, values))
