"""Mistakes of a campaign's schema as sentences beside their fields; it reads no row and no page."""

import re
from dataclasses import dataclass

from app.campaign_problems import Problem

_SCENE_PATH = re.compile(r"scenes\[(\d+)\]\.(.+)")
# How a sentence about the field begins.
_THINGS = {
    "name": "The name",
    "fit": "How the lengths are made equal",
    "id": "The name",
    "url": "The address",
    "csv_column": "The column",
    "duration_s": "The duration",
    "fallback_url": "The fallback",
    "scroll.persona": "The pace",
    "scroll.depth": "How far it scrolls",
    "output.width": "The video’s width",
    "output.height": "The video’s height",
    "output.fps": "Frames per second",
    "facecam.shape": "The shape",
    "facecam.width": "The facecam’s width",
    "facecam.margin": "The margin",
    "facecam.corner": "The corner",
    "facecam.border": "The border",
}
# Where the schema speaks of files, the page speaks of its fields.
_WORDS = {
    ("csv_column", "is missing"): "Give the address of a page, or choose a column of your list.",
    ("csv_column", "must be"): "Choose the column that holds each lead’s address.",
    ("url", "There is no web address"): "Enter the address of the page.",
    ("facecam", "must fit"): "The facecam does not fit in the video: make it or its margin "
    "smaller, or the video larger.",
}


@dataclass(frozen=True)
class Mistake:
    """scene: its place in the list, counted from 0, or None. field: “duration_s”, “output.width”.

    sentence: fit to stand beside the field.
    """

    scene: int | None
    field: str
    sentence: str


def mistake_of(problem: Problem) -> Mistake:
    """The same mistake for somebody who looks at a form and never saw the schema."""
    found = _SCENE_PATH.fullmatch(problem.path)
    scene, field = (int(found[1]), found[2]) if found else (None, problem.path)
    for (of, begin), words in _WORDS.items():
        if field == of and problem.message.startswith(begin):
            return Mistake(scene, field, words)
    return Mistake(scene, field, _sentence(field, problem.message))


def _sentence(field: str, message: str) -> str:
    if not message[:1].islower():  # a sentence of its own, as those about addresses are
        return message
    # Numbers as typed: 400 and not 400.0.
    told = re.sub(r"(, not -?\d+)\.0$", r"\1", message).removesuffix(", not “”")
    return f"{_THINGS.get(field, field)} {told}."
