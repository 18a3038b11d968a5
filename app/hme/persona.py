"""The people who can be at the wheel, as numbers; knows neither page nor scene."""

from __future__ import annotations

from dataclasses import dataclass


class UnknownPersona(ValueError):
    """A persona was asked for that is not one of PERSONAS."""


@dataclass(frozen=True, slots=True)
class Persona:
    """How somebody scrolls. Figures are tuned by eye on 1080p; no study gives them as a set.

    moving_share: part of the scene spent scrolling, where page and time suit each other.
    slow_vh_s, fast_vh_s: mean speed of one stroke, in viewport heights per second. Speed is what
        people hold constant when they look for something (Andersen, CHI EA 2005), so distance
        costs time in proportion.
    dwell_s: the usual rest between two strokes.
    reading: factor on the time a heading takes to read.
    peek_chance: chance per stop of scrolling back a little before going on.
    wheel_chance: chance of a mouse wheel in hand; a trackpad otherwise.
    """

    name: str
    moving_share: float
    slow_vh_s: float
    fast_vh_s: float
    dwell_s: float
    reading: float
    peek_chance: float
    wheel_chance: float


PERSONAS = {
    person.name: person
    for person in (
        Persona("calm", 0.55, 0.26, 1.00, 0.85, 1.00, 0.12, 0.35),
        Persona("brisk", 0.60, 0.31, 1.30, 0.60, 0.90, 0.10, 0.45),
        Persona("thorough", 0.50, 0.22, 0.90, 1.05, 1.20, 0.22, 0.35),
        Persona("skimmer", 0.64, 0.34, 1.50, 0.50, 0.85, 0.06, 0.25),
    )
}


def get_persona(name: str) -> Persona:
    """Raises UnknownPersona, naming those there are."""
    try:
        return PERSONAS[name]
    except KeyError:
        known = ", ".join(PERSONAS)
        raise UnknownPersona(f"no persona is called {name!r}; there are {known}") from None
