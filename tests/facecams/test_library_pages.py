"""The library, renaming and the part that a change swaps, as the cast sees them."""

from pathlib import Path

import pytest

from app.facecams.library import SHOWN_AT_ONCE
from tests.cast import Cast
from tests.facecams.clips import begin, make_facecam, put, read_row


async def test_a_stranger_gets_404(cast: Cast) -> None:
    facecam_id = await make_facecam(cast)
    for path in ("/facecams", "/facecams/record"):
        assert (await cast.charlie.get(path)).status_code == 404
    for visitor in (cast.charlie, cast.charlie_at_home):
        assert (await visitor.get(f"/facecams/{facecam_id}/card")).status_code == 404
        answer = await visitor.post(f"/facecams/{facecam_id}/rename", data={"name": "Mine"})
        assert answer.status_code == 404
    assert "Intro" not in (await cast.charlie_at_home.get("/facecams")).text
    assert (await read_row(cast, facecam_id)).name == "Intro"


async def test_an_empty_library_says_what_to_do(cast: Cast) -> None:
    text = (await cast.bob.get("/facecams")).text
    assert "No facecams yet" in text
    assert "/facecams/record" in text
    assert "<resumable-upload" in text


async def test_the_library_shows_what_a_clip_is(cast: Cast) -> None:
    facecam_id = await make_facecam(cast, "Ünal & Söhne", has_sound=False, trim_end_s=12.0)
    text = (await cast.bob.get("/facecams")).text
    assert "Ünal &amp; Söhne" in text
    for part in (
        "1280 × 720",
        "No sound",
        "Trimmed",
        "0:12",
        f"/facecams/{facecam_id}/poster.webp",
    ):
        assert part in text


async def test_the_library_shows_states_in_words(cast: Cast) -> None:
    await make_facecam(cast, "A", state="preparing")
    await make_facecam(cast, "B", state="preparing", attempts=1, share=0.42)
    await make_facecam(cast, "C", state="refused", problem="C is not a video.")
    text = (await cast.bob.get("/facecams")).text
    for part in ("Waiting to be prepared", "42 %", "Cannot be used", "C is not a video."):
        assert part in text


async def test_unfinished_uploads_are_listed_for_their_person_alone(cast: Cast) -> None:
    url = await begin(cast.bob, name="half.mp4")
    await put(cast.bob, url, 0, b"12345")
    text = (await cast.bob.get("/facecams")).text
    assert "half.mp4 is not finished" in text
    assert "5 bytes of 10 bytes have arrived. Choose the same file to continue." in text
    # What goes on by itself in this browser takes its own line away.
    assert f'data-upload="{url}"' in text
    assert "half.mp4" not in (await cast.alice.get("/facecams")).text


async def test_many_facecams_come_in_pages(cast: Cast) -> None:
    for number in range(SHOWN_AT_ONCE + 1):
        await make_facecam(cast, f"Take {number:02}")
    first = (await cast.bob.get("/facecams")).text
    assert ("Take 24" in first, "Take 00" in first) == (True, False)
    last = (await cast.bob.get("/facecams?page=2")).text
    assert ("Take 24" in last, "Take 00" in last) == (False, True)
    assert (await cast.bob.get("/facecams?page=99999999999999")).status_code == 200


async def test_renaming_happens_in_the_card(cast: Cast) -> None:
    facecam_id = await make_facecam(cast)
    assert 'id="rename-name"' not in (await cast.bob.get("/facecams")).text
    assert 'id="rename-name"' in (await cast.bob.get(f"/facecams?rename={facecam_id}")).text
    answer = await cast.bob.post(f"/facecams/{facecam_id}/rename?page=2", data={"name": " Spring "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/facecams?page=2")
    assert (await read_row(cast, facecam_id)).name == "Spring"


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
async def test_a_name_that_cannot_be_is_refused_beside_its_field(cast: Cast, name: str) -> None:
    facecam_id = await make_facecam(cast)
    answer = await cast.bob.post(f"/facecams/{facecam_id}/rename", data={"name": name})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert (await read_row(cast, facecam_id)).name == "Intro"


async def test_a_wrong_id_to_rename_changes_nothing(cast: Cast) -> None:
    await make_facecam(cast)
    assert 'id="rename-name"' not in (await cast.bob.get("/facecams?rename=nonsense")).text


async def test_a_card_listens_only_while_something_will_change(cast: Cast) -> None:
    at_work = await make_facecam(cast, "A", state="preparing")
    done = await make_facecam(cast, "B")
    text = (await cast.bob.get(f"/facecams/{at_work}/card")).text
    assert f"facecam-{at_work} from:#live" in text
    assert "from:#live" not in (await cast.bob.get(f"/facecams/{done}/card")).text


async def test_the_recorder_has_its_page(cast: Cast) -> None:
    text = (await cast.bob.get("/facecams/record")).text
    assert '<facecam-recorder data-create="/facecams/uploads" data-max-s="300">' in text


async def test_media_are_for_members_and_come_in_ranges(cast: Cast, tmp_path: Path) -> None:
    facecam_id = await make_facecam(cast)
    row = await read_row(cast, facecam_id)
    for name, key_name, kind in (
        ("proxy.mp4", "proxy.mp4", "video/mp4"),
        ("original", "clip", "application/octet-stream"),
    ):
        (tmp_path / name).write_bytes(b"0123456789")
        key = f"{row.media_prefix}/{key_name}"
        await cast.site.storage.put_file(key, tmp_path / name, kind)
        url = f"/facecams/{facecam_id}/{name}"
        part = await cast.bob.get(url, headers={"Range": "bytes=2-4"})
        assert (part.status_code, part.content) == (206, b"234")
        assert part.headers["cache-control"].startswith("private")
        assert part.headers["content-type"] == kind
        assert (await cast.bob.head(url)).headers["content-length"] == "10"
        for visitor in (cast.charlie, cast.charlie_at_home):
            assert (await visitor.get(url)).status_code == 404
    saved = await cast.bob.get(f"/facecams/{facecam_id}/original")
    assert saved.headers["content-disposition"] == 'attachment; filename="Intro.mp4"'


async def test_only_the_files_of_a_facecam_are_served(cast: Cast) -> None:
    facecam_id = await make_facecam(cast)
    for name in ("clip", "poster.webp", "..%2F..%2Fsecret", "other.mp4"):
        assert (await cast.bob.get(f"/facecams/{facecam_id}/{name}")).status_code == 404
