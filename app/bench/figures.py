"""One measured figure with its goal and what stands beside it; knows not how it was measured."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Goal:
    """A bound that the median of a figure should keep."""

    bound: float
    at_least: bool = False

    def kept_by(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.bound:g}" if self.bound else "0"


@dataclass(frozen=True)
class Figure:
    """What was measured, once or several times, in `unit`; `beside` is the reference in words.

    Without samples `beside` says why there are none. A goal of None binds nothing.
    """

    what: str
    samples: Sequence[float]
    unit: str
    goal: Goal | None = None
    beside: str = ""
    digits: int = 1

    @property
    def kept(self) -> bool | None:
        """Whether the median keeps the goal; None where there is no goal or nothing measured."""
        if self.goal is None or not self.samples:
            return None
        return self.goal.kept_by(median(self.samples))

    @property
    def measured(self) -> str:
        """The median with its unit, and the range where there are several samples."""
        if not self.samples:
            return "–"
        text = f"{median(self.samples):,.{self.digits}f} {self.unit}".rstrip()
        if len(self.samples) == 1:
            return text
        low, high = (f"{edge:,.{self.digits}f}" for edge in (min(self.samples), max(self.samples)))
        return f"{text} ({low} … {high})"

    @property
    def asked(self) -> str:
        return "" if self.goal is None else f"{self.goal} {self.unit}".rstrip()
