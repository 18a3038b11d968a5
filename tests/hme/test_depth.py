"""Depths by name, and what a page or a request may not be."""

from __future__ import annotations

import pytest

from app.hme.geometry import Heading, PageGeometry
from app.hme.plan import DepthNotFound, UnknownPersona, plan_motion, resolve_depth
from tests.hme.pages import usual_page


def test_none_middle_and_end() -> None:
    page = usual_page()
    assert resolve_depth(page, "none") is None
    assert resolve_depth(page, "Middle") == 1460
    assert resolve_depth(page, " end ") == 2920
    assert resolve_depth(usual_page(500), "end") == 0


def test_a_heading_is_found_by_part_of_its_text_and_put_in_the_upper_third() -> None:
    page = usual_page()
    assert resolve_depth(page, "PRICING") == 2300 - 216
    assert resolve_depth(page, "long   heading about") == 1500 - 216
    assert resolve_depth(page, "everything") == 84
    assert resolve_depth(page, "contact") == 2920


def test_the_exact_heading_wins_over_an_earlier_one_that_contains_it() -> None:
    page = PageGeometry(
        1920, 1080, 6000, (Heading("Our pricing", 2, 1000, 40), Heading("Pricing", 2, 3000, 40))
    )
    assert resolve_depth(page, "pricing") == 3000 - 216


def test_a_heading_that_is_not_there_or_not_to_be_seen_is_an_error() -> None:
    page = PageGeometry(1920, 1080, 6000, (Heading("Skip to content", 1, -9999, 40),))
    with pytest.raises(DepthNotFound, match="'Careers'"):
        resolve_depth(page, "Careers")
    with pytest.raises(DepthNotFound):
        resolve_depth(page, "skip to content")


def test_a_plan_refuses_what_it_cannot_mean() -> None:
    page = usual_page()
    with pytest.raises(UnknownPersona, match="calm, brisk, thorough, skimmer"):
        plan_motion(page, frames=60, fps=60, seed=1, persona="hasty")
    with pytest.raises(ValueError, match="at least 1 frame"):
        plan_motion(page, frames=0, fps=60, seed=1)
    with pytest.raises(ValueError, match="fps"):
        plan_motion(page, frames=60, fps=0, seed=1)
    with pytest.raises(ValueError, match="finite"):
        plan_motion(page, frames=60, fps=60, seed=1, depth_px=float("nan"))
    with pytest.raises(ValueError, match="viewport"):
        PageGeometry(1920, 0, 4000)
