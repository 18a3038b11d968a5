"""A draft's look as values and as fields: the video's size and the bubble; it knows no row.

What was typed and cannot be used stays in the values as typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from app.campaign import FacecamStyle, Output

Values = dict[str, Any]
SIZES = (
    ("1920x1080", "1080p", "1920 × 1080, the usual video"),
    ("1280x720", "720p", "1280 × 720, made faster"),
    ("1080x1080", "Square", "1080 × 1080, for feeds"),
    ("1080x1920", "Portrait", "1080 × 1920, for phones"),
    ("custom", "Custom", "Any even width and height"),
)
_NUMBERS = ("width", "margin", "border")
_MOST_CHARS = 200


@dataclass(frozen=True)
class Look:
    """What can be drawn: of the typed values all that are right, the usual ones for the rest."""

    output: Output
    style: FacecamStyle


def look_fields(output: Values, bubble: Values) -> dict[str, str]:
    """The fields: size, canvas_width, canvas_height, fps, shape, width, margin, corner, border,
    shadow. `size` is custom where no other fits; a checkbox that is off is empty."""
    video = Output().model_dump() | output
    style = FacecamStyle().model_dump() | bubble
    size = f"{video['width']}x{video['height']}"
    return {
        "size": size if size in {known for known, _, _ in SIZES} else "custom",
        "canvas_width": str(video["width"]),
        "canvas_height": str(video["height"]),
        "fps": str(video["fps"]),
        "shape": str(style["shape"]),
        "corner": str(style["corner"]),
        "shadow": "on" if style["shadow"] is True else "",
        **{name: str(style[name]) for name in _NUMBERS},
    }


def typed_look(output: Values, bubble: Values, typed: Mapping[str, str]) -> tuple[Values, Values]:
    """Output and bubble with what a whole form says; what the form does not ask for stays."""
    fields = look_fields(output, bubble) | {"shadow": ""}
    fields |= {name: text[:_MOST_CHARS].strip() for name, text in typed.items()}
    width, height = fields["canvas_width"], fields["canvas_height"]
    if fields["size"] != "custom":
        width, _, height = fields["size"].partition("x")
    video = {"width": _whole(width), "height": _whole(height), "fps": _whole(fields["fps"])}
    style = {name: _whole(fields[name]) for name in _NUMBERS}
    style |= {"shape": fields["shape"], "corner": fields["corner"]}
    return output | video, bubble | style | {"shadow": fields["shadow"] == "on"}


def drawable_look(output: Values, bubble: Values) -> Look:
    """The look to draw while some of it may be wrong."""
    return Look(_right_part(Output, output), _right_part(FacecamStyle, bubble))


def _right_part(model: type[Any], values: Values) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        wrong = {each["loc"][0] for each in error.errors() if each["loc"]}
    try:
        return model.model_validate({k: v for k, v in values.items() if k not in wrong})
    except ValidationError:  # right one by one, and not together
        return model()


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() else text
