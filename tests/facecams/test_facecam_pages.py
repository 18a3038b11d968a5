"""One facecam's page and its trim, as the cast sees them."""

import pytest

from app.db.base import new_id
from tests.cast import Cast
from tests.facecams.clips import make_facecam, read_row


async def test_a_stranger_gets_404(cast: Cast) -> None:
    url = f"/facecams/{await make_facecam(cast)}"
    for visitor in (cast.charlie, cast.charlie_at_home):
        assert (await visitor.get(url)).status_code == 404
        trim = await visitor.post(f"{url}/trim", data={"start_s": "1", "end_s": "5"})
        assert trim.status_code == 404


async def test_nobody_is_sent_to_the_sign_in(cast: Cast) -> None:
    assert (await cast.nobody.get(f"/facecams/{await make_facecam(cast)}")).status_code == 303


async def test_one_that_is_not_there_or_still_arriving_is_404(cast: Cast) -> None:
    assert (await cast.bob.get(f"/facecams/{new_id()}")).status_code == 404
    arriving = await make_facecam(cast, state="uploading")
    assert (await cast.bob.get(f"/facecams/{arriving}")).status_code == 404


async def test_the_page_shows_player_facts_and_notes(cast: Cast) -> None:
    facecam_id = await make_facecam(cast, notes=["Nothing can be heard in this clip."])
    text = (await cast.bob.get(f"/facecams/{facecam_id}")).text
    for part in ("proxy.mp4", "filmstrip.webp", "1280 × 720, 30 fps", "Intro.mp4", "by Bob"):
        assert part in text
    assert "Nothing can be heard in this clip." in text


async def test_a_page_that_waits_listens_for_the_change(cast: Cast) -> None:
    facecam_id = await make_facecam(cast, state="preparing")
    text = (await cast.bob.get(f"/facecams/{facecam_id}")).text
    assert f"facecam-{facecam_id} from:#live" in text
    assert "<clip-trim" not in text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (("2.5", "12"), (2.5, 12.0)),
        (("0", "30"), (0.0, None)),
        (("0.04", "29.97"), (0.0, None)),
        (("29", "30"), (29.0, None)),
    ],
)
async def test_the_chosen_part_is_kept(
    cast: Cast, sent: tuple[str, str], kept: tuple[float, float | None]
) -> None:
    facecam_id = await make_facecam(cast, trim_end_s=20.0)
    answer = await cast.bob.post(
        f"/facecams/{facecam_id}/trim", data={"start_s": sent[0], "end_s": sent[1]}
    )
    assert answer.status_code == 303
    row = await read_row(cast, facecam_id)
    assert (row.trim_start_s, row.trim_end_s) == kept


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        ("5", "5.9", "Keep at least one second: set the end later."),
        ("10", "5", "Keep at least one second: set the end later."),
        ("0", "31", "The clip ends at 30.0 seconds."),
        ("-1", "5", "Enter a number of 0.0 or more."),
        ("", "5", "Enter a number."),
        ("nan", "5", "Enter a number"),
        ("0", "inf", "Enter a number"),
        ("0", "soon", "Enter a number."),
    ],
)
async def test_a_part_that_cannot_be_is_refused_and_kept_in_the_fields(
    cast: Cast, start: str, end: str, sentence: str
) -> None:
    facecam_id = await make_facecam(cast)
    answer = await cast.bob.post(
        f"/facecams/{facecam_id}/trim", data={"start_s": start, "end_s": end}
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{start}"' in answer.text
    row = await read_row(cast, facecam_id)
    assert (row.trim_start_s, row.trim_end_s) == (0.0, None)


async def test_what_is_not_ready_cannot_be_trimmed(cast: Cast) -> None:
    facecam_id = await make_facecam(cast, state="preparing")
    answer = await cast.bob.post(
        f"/facecams/{facecam_id}/trim", data={"start_s": "0", "end_s": "5"}
    )
    assert answer.status_code == 422
