"""Paths of routes for templates: each route is asked for once, then its ids are filled in.

Litestar puts a path together anew for every link, and a page has two hundred of them.
"""

from typing import Any
from uuid import UUID, uuid4

from jinja2 import pass_context
from jinja2.runtime import Context

KEPT_AT_MOST = 2_000  # by routes and their texts; a text may be anything that somebody typed


class RoutePaths:
    """What `url_for` and `has_route` do in templates, for one application at a time."""

    def __init__(self) -> None:
        self._app: Any = None
        self._patterns: dict[Any, str] = {}
        self._there: dict[str, bool] = {}

    @pass_context
    def url_for(self, context: Context, name: str, /, **parameters: Any) -> str:
        """The path of a route. Raises what the application raises where there is none."""
        self._enter(context["request"].app)
        # Ids differ on every page, and any id has the same place; other values are part of the key.
        ids = {key: value for key, value in parameters.items() if isinstance(value, UUID)}
        others = tuple((key, value) for key, value in parameters.items() if key not in ids)
        key = (name, tuple(ids), others)
        pattern = self._patterns.get(key)
        if pattern is None:
            pattern = self._patterns[key] = self._pattern(name, ids, dict(others))
        return pattern.format(**ids) if ids else pattern

    @pass_context
    def has_route(self, context: Context, name: str, /) -> bool:
        """Whether the application has a route of that name; False where nothing was requested."""
        request = context.get("request")
        if not request:
            return False
        self._enter(request.app)
        if name not in self._there:
            self._there[name] = request.app.get_handler_index_by_name(name) is not None
        return self._there[name]

    def _enter(self, app: Any) -> None:
        if app is not self._app or len(self._patterns) > KEPT_AT_MOST:
            self._app, self._patterns, self._there = app, {}, {}

    def _pattern(self, name: str, ids: dict[str, UUID], others: dict[str, Any]) -> str:
        """The path, for `format` where there are ids."""
        places = {key: uuid4() for key in ids}
        path = str(self._app.route_reverse(name, **places, **others))
        if not places:
            return path
        path = path.replace("{", "{{").replace("}", "}}")
        for key, place in places.items():
            path = path.replace(str(place), f"{{{key}}}")
        return path
