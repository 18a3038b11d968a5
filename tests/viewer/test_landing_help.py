"""The help on landing pages: for members, with the limits there really are."""

from app.facecams.captions import LANGUAGES_AT_MOST
from app.viewer.landing_help_pages import COLUMN
from app.viewer.page_variables import ALWAYS
from app.viewer.phrases import check_phrases
from tests.cast import Cast

HELP = "/help/landing-pages"


async def test_it_is_for_members_and_found_from_the_help(cast: Cast) -> None:
    assert HELP in (await cast.bob.get("/help")).text
    assert (await cast.charlie.get(HELP)).status_code == 404
    assert (await cast.nobody.get(HELP)).status_code == 303
    assert f"up to {LANGUAGES_AT_MOST} languages" in (await cast.bob.get(HELP)).text


def test_what_it_tells_people_to_write_can_be_saved() -> None:
    for phrase in (*(each.phrase for each in ALWAYS), COLUMN):
        assert check_phrases(phrase, None) == [], phrase
