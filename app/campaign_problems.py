"""Mistakes in a campaign as paths and plain sentences; knows models, not what their fields mean."""

import difflib
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from app.errors import LoomliteError

Location = tuple[int | str, ...]


@dataclass(frozen=True)
class Problem:
    """One mistake. `path` is like `scenes[2].duration_s` (counted from 0), `line 3`, or empty."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class CampaignInvalid(LoomliteError):
    """A campaign cannot be used. `problems` holds every mistake at once, in the schema's order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def explain(error: ValidationError, model: type[BaseModel]) -> tuple[Problem, ...]:
    """What pydantic found, in words.

    Each field of the models carries its rule as `description`, fit to follow "must be"; checks of
    our own raise ValueError with the whole sentence.
    """
    return tuple(
        Problem(_path(found["loc"]), _message(found, model))
        for found in error.errors(include_url=False)
    )


def _path(location: Location) -> str:
    path = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in location)
    return path.removeprefix(".")


def _message(found: ErrorDetails, root: type[BaseModel]) -> str:
    location = found["loc"]
    owner = _model_at(root, location[:-1])
    if found["type"] == "extra_forbidden":
        return _unknown_key(str(location[-1]), tuple(owner.model_fields))
    if found["type"] == "value_error":
        return str(found["ctx"]["error"])
    rule = _rule(owner, location)
    if found["type"] == "missing":
        return f"is missing; it must be {rule}"
    return f"must be {rule}{_instead(found['input'])}"


def _rule(owner: type[BaseModel], location: Location) -> str:
    field = owner.model_fields.get(str(location[-1])) if location else None
    if field is not None and field.description:
        return field.description
    return f"a table with some of these keys: {', '.join(owner.model_fields)}"


def _model_at(root: type[BaseModel], location: Location) -> type[BaseModel]:
    model = root
    for key in location:
        if isinstance(key, str):  # a number only picks one of the list the key before it named
            annotation: Any = model.model_fields[key].annotation
            model = next(
                kind
                for kind in (annotation, *get_args(annotation))
                if isinstance(kind, type) and issubclass(kind, BaseModel)
            )
    return model


def _unknown_key(key: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(key.lower().replace("-", "_"), known, n=1)
    if near:
        return f"is not a known key; did you mean “{near[0]}”?"
    return f"is not a known key; the keys here are {', '.join(known)}"


def _instead(value: object) -> str:
    match value:
        case bool():
            return f", not {str(value).lower()}"
        case int() | float():
            return f", not {value}"
        case str():
            return f", not “{value if len(value) <= 40 else value[:39] + '…'}”"
        case _:
            return ""
