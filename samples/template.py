"""A small subset of Mustache, enough for the sample pages; it knows nothing of HTTP or files."""

import html
import re
from collections.abc import Mapping
from typing import Any

_SECTION = re.compile(r"\{\{#([\w.]+)\}\}(.*?)\{\{/\1\}\}", re.DOTALL)
_VARIABLE = re.compile(r"\{\{([\w.]+)\}\}")


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Fill `{{name}}` (escaped) and repeat `{{#name}}…{{/name}}` once per item of a list.

    A section's value may be a list of mappings or plain strings (`{{.}}`), a mapping or a true
    value (shown once); an absent or empty one shows nothing. Inner values hide outer ones.

    Raises:
        KeyError: a variable has no value. A typo must not become an empty place on a page.
    """

    def section(match: re.Match[str]) -> str:
        name, body = match.groups()
        value = values.get(name)
        if not value:
            return ""
        items = value if isinstance(value, list) else [value]
        return "".join(
            fill(body, {**values, **(item if isinstance(item, Mapping) else {".": item})})
            for item in items
        )

    # Outermost sections first: the recursion fills what is inside with the item's own values.
    opened = _SECTION.sub(section, template)
    return _VARIABLE.sub(lambda match: html.escape(str(values[match[1]])), opened)
