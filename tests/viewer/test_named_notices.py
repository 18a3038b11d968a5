"""Which notices are about a lead, whatever its name is."""

from uuid import UUID

import pytest

from app.viewer.named_notices import is_about

CAMPAIGN, RENDER = UUID(int=1), UUID(int=2)
OWN, ELSEWHERE = f"/campaigns/{CAMPAIGN}/analytics", f"/campaigns/{UUID(int=3)}/analytics"


def about(words: str, path: str, *called: str) -> bool:
    return is_about(words, path, called=called, campaign_ids={CAMPAIGN}, render_ids={RENDER})


@pytest.mark.parametrize(
    ("called", "words", "path", "is_meant"),
    [
        ("Edit Nagy", "Edit Nagy opened the page", "", True),
        ("Edit", "Bo, Edit and 4 more.", ELSEWHERE, True),
        ("Edit", "Editing the campaign failed", OWN, False),
        ("Renée", "Renéeline opened the page", OWN, False),
        ("ada@example.org", "ada@example.org booked a meeting", "", True),
        ("ada@example.org", "nada@example.org booked a meeting", "", False),
        ("Ada (CEO)", "Ada (CEO), Bo and Cy.", "", True),
        ("C++ & Co.", "C++ & Co. opened the page", "", True),
        ("Ed", "Ed opened the page", OWN, True),
        ("Ed", "Bo, Ed and 4 more.", "/analytics", True),
        ("Ed", "Edit opened the page", OWN, False),
        ("Ed", "Ed opened the page", ELSEWHERE, False),
        ("Ed", "videos.ed.example is Ed and lost", "/settings/domains", False),
        ("Ed", "Two videos could not be made", f"{OWN}/videos/{RENDER}", True),
        ("", "A lead opened the page", OWN, False),
    ],
)
def test_a_notice_is_about_whom_it_names_or_leads_to(
    called: str, words: str, path: str, is_meant: bool
) -> None:
    assert about(words, path, called) == is_meant
