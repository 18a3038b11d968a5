"""Who guesses ids learns nothing from how much an answer costs."""

from pathlib import Path

import pytest

from tests.campaigns.boards import counted_statements
from tests.cast import Cast
from tests.viewer.links import forget, show_video

UNKNOWN = ("AAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAA")
MALFORMED = ("x", "a" * 300, "%00", "a'b", "%F0%9F%98%80")


@pytest.mark.parametrize("thing", ["", "/state"])
async def test_what_is_guessed_or_no_id_at_all_costs_the_statements_of_a_link_there_is(
    cast: Cast, tmp_path: Path, thing: str
) -> None:
    shown = await show_video(cast, tmp_path)
    # Without the note that a page was opened, which is made when the answer has been sent.
    method = "GET" if thing else "HEAD"
    seen: dict[str, tuple[int, list[str]]] = {}
    for public_id in (shown.public_id, *UNKNOWN, *MALFORMED):
        forget(cast)
        with counted_statements(cast) as statements:
            answer = await cast.nobody.request(method, f"/v/{public_id}{thing}")
        seen[public_id] = (answer.status_code, list(statements))
    status, known = seen.pop(shown.public_id)
    assert (status, len(known) > 0) == (200, True)
    assert seen == dict.fromkeys(seen, (404, known))
