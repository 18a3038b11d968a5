"""What the motion engine knows of a page: sizes and headings; nothing of browsers or the DOM."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Heading:
    """One h1–h3 of the page; `top_px` counts from the top of the document."""

    text: str
    level: int
    top_px: float
    height_px: float


@dataclass(frozen=True, slots=True)
class Section:
    """One landmark or section of the page; `top_px` counts from the top of the document."""

    top_px: float
    height_px: float


@dataclass(frozen=True, slots=True)
class PageGeometry:
    """A page as laid out in one viewport, in CSS pixels.

    Headings and sections may come in any order and may lie outside the page (sites park them at
    -9999px): who reads them leaves those out. Raises ValueError for a size no page can have.
    """

    width_px: int
    viewport_height_px: int
    height_px: int
    headings: tuple[Heading, ...] = ()
    sections: tuple[Section, ...] = ()

    def __post_init__(self) -> None:
        if self.width_px < 1 or self.viewport_height_px < 1 or self.height_px < 0:
            raise ValueError(
                "a page needs a width and a viewport of at least 1 px and no negative height, got "
                f"{self.width_px} × {self.viewport_height_px}, height {self.height_px}"
            )

    @property
    def max_scroll_px(self) -> int:
        """The largest scroll offset; 0 when the page is no taller than its viewport."""
        return max(0, self.height_px - self.viewport_height_px)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives an equal geometry back."""
        return {
            "width_px": self.width_px,
            "viewport_height_px": self.viewport_height_px,
            "height_px": self.height_px,
            "headings": [asdict(heading) for heading in self.headings],
            "sections": [asdict(section) for section in self.sections],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> PageGeometry:
        """Raises KeyError or TypeError when a field is missing or unknown."""
        return cls(
            width_px=value["width_px"],
            viewport_height_px=value["viewport_height_px"],
            height_px=value["height_px"],
            headings=tuple(Heading(**heading) for heading in value["headings"]),
            sections=tuple(Section(**section) for section in value["sections"]),
        )
