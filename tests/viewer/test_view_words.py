"""News about leads in words: one by name, several by number, each kind once."""

from uuid import UUID

from app.viewer.view_words import Piece, by_lead, headline, names

CAMPAIGN, VIDEO = UUID(int=1), UUID(int=2)


def _pieces(*told: tuple[str, str]) -> list[Piece]:
    return [Piece(CAMPAIGN, "Oslo", who, who, VIDEO, kind) for who, kind in told]


def _headline(*told: tuple[str, str]) -> str:
    return headline(by_lead(_pieces(*told)))


def test_one_lead_is_named_with_the_most_that_it_did() -> None:
    assert _headline(("Ada", "first_view")) == "Ada opened the page"
    assert _headline(("Ada", "first_view"), ("Ada", "ended")) == "Ada watched the video to the end"
    assert _headline(("Ada", "booked"), ("Ada", "first_view"), ("Ada", "ended")) == (
        "Ada watched the video to the end and booked a meeting"
    )


def test_several_leads_are_counted() -> None:
    assert _headline(("Ada", "first_view"), ("Ben", "first_view"), ("Ben", "booked")) == (
        "2 leads opened their pages, 1 booked a meeting"
    )
    assert _headline(("Ada", "ended"), ("Ben", "booked")) == (
        "1 lead watched the video to the end, 1 booked a meeting"
    )


def test_who_booked_comes_first_and_many_names_are_cut() -> None:
    leads = by_lead(_pieces(*((f"L{n}", "first_view") for n in range(6)), ("L4", "booked")))
    assert [each.who for each in leads][:2] == ["L4", "L0"]
    assert names(leads) == "L4, L0, L1 and 3 more"
    assert leads[0].path == f"/campaigns/{CAMPAIGN}/videos/{VIDEO}"
