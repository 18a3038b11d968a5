"""What a request may say: nested form fields, each read by its kind, and none that is not known."""

import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.local_stripe.failures import Refusal, invalid_parameter, missing_parameter
from app.local_stripe.failures import unknown_parameter as unknown

# Takes the parameter's whole name and what was sent; gives the value. "" unsets: None.
Reader = Callable[[str, Any], Any]
Fields = Mapping[str, Reader]

_PART = re.compile(r"\[([^\]]*)\]")
METADATA_KEYS, METADATA_KEY, METADATA_VALUE = 50, 40, 500  # docs.stripe.com/api/metadata


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`items[0][price]=x` as `{"items": [{"price": "x"}]}`. Raises Refusal for a broken name."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        first, bracket, rest = name.partition("[")
        parts = [first, *_PART.findall(bracket + rest)]
        if not first or "".join(f"[{part}]" for part in parts[1:]) != bracket + rest:
            raise unknown(name)
        place = tree
        for part, after in itertools.pairwise(parts):
            key = part or str(len(place))
            place = place.setdefault(key, {})
            if not isinstance(place, dict):
                raise unknown(f"{name} ({after})")
        place[parts[-1] or str(len(place))] = value
    return {key: _with_lists(value) for key, value in tree.items()}


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(each) for key, each in value.items()}
    if inner and all(key.isdecimal() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def read(
    given: Mapping[str, Any], fields: Fields, required: Iterable[str] = (), within: str = ""
) -> dict[str, Any]:
    """The values of what was given; of what was not given, nothing."""
    for name in given:
        if name not in fields:
            raise unknown(_named(within, name))
    values = {name: fields[name](_named(within, name), each) for name, each in given.items()}
    for name in required:
        if values.get(name) is None:
            raise missing_parameter(_named(within, name))
    return values


def _named(within: str, name: str) -> str:
    return f"{within}[{name}]" if within else name


def text(at_most: int = 5000) -> Reader:
    def reader(name: str, value: Any) -> str | None:
        if not isinstance(value, str):
            raise invalid_parameter(name, f"Invalid string: {value}")
        if len(value) > at_most:
            raise invalid_parameter(
                name, f"Invalid string: must be at most {at_most} characters", "string_too_long"
            )
        return value or None

    return reader


def whole(at_least: int = 0, at_most: int = 2**53) -> Reader:
    def reader(name: str, value: Any) -> int | None:
        if value == "":
            return None
        if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,16}", value):
            raise invalid_parameter(name, f"Invalid integer: {value}", "parameter_invalid_integer")
        if not at_least <= int(value) <= at_most:
            raise invalid_parameter(
                name,
                f"This value must be between {at_least} and {at_most}.",
                "parameter_invalid_integer",
            )
        return int(value)

    return reader


def number(name: str, value: Any) -> float:
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,12}(\.\d{1,12})?", value):
        raise invalid_parameter(name, f"Invalid decimal: {value}", "parameter_invalid_decimal")
    return float(value)


def flag(name: str, value: Any) -> bool:
    if value not in {"true", "false"}:
        raise invalid_parameter(name, f"Invalid boolean: {value}")
    return bool(value == "true")


def one_of(*values: str) -> Reader:
    def reader(name: str, value: Any) -> str:
        if value not in values:
            raise invalid_parameter(name, f"Invalid {name}: must be one of {', '.join(values)}")
        return str(value)

    return reader


def either(word: str, reader: Reader) -> Reader:
    """This very word, or what the reader takes."""
    return lambda name, value: word if value == word else reader(name, value)


def many(reader: Reader, at_most: int = 20) -> Reader:
    def read_all(name: str, value: Any) -> list[Any]:
        if value == "":
            return []
        if not isinstance(value, list) or len(value) > at_most:
            raise invalid_parameter(name, "Invalid array")
        return [reader(f"{name}[{index}]", each) for index, each in enumerate(value)]

    return read_all


def group(fields: Fields, required: Iterable[str] = ()) -> Reader:
    def reader(name: str, value: Any) -> dict[str, Any]:
        if value == "":
            return {}
        if not isinstance(value, dict):
            raise invalid_parameter(name, "Invalid object")
        return read(value, fields, required, name)

    return reader


def metadata(name: str, value: Any) -> dict[str, str]:
    if value == "":
        return {}
    if not isinstance(value, dict) or len(value) > METADATA_KEYS:
        raise invalid_parameter(name, "Invalid metadata")
    for key, each in value.items():
        if not isinstance(each, str) or len(key) > METADATA_KEY or len(each) > METADATA_VALUE:
            raise invalid_parameter(f"{name}[{key}]", "Metadata keys or values are too long")
    return dict(value)


def merged(before: dict[str, str], given: dict[str, str]) -> dict[str, str]:
    """Metadata after an update: keys stay unless they are sent; an empty value takes one away."""
    both = before | given
    return {key: value for key, value in both.items() if value}


def url(name: str, value: Any) -> str:
    if not isinstance(value, str) or not re.match(r"https?://[^\s/]+", value):
        raise Refusal("Not a valid URL", code="url_invalid", param=name)
    return value
