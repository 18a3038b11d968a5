"""Litestar's engine for Jinja over an environment of ours, whose words it leaves as they are."""

from typing import Any

from litestar.plugins.jinja import JinjaTemplateEngine


class TemplateEngine(JinjaTemplateEngine):
    """Adds Litestar's own functions for templates only where the environment has none by the name.

    Its `url_for` would take the place of ours, and puts every path together anew.
    """

    def register_template_callable(self, key: str, template_callable: Any) -> None:
        if key not in self.engine.globals:
            super().register_template_callable(key, template_callable)
