"""Uploading a facecam by the protocol, as the cast does it: in pieces, again, and in vain."""

import pytest

from app.facecams import upload_limits
from app.jobs.catalogue import PREPARE_FACECAM
from app.storage.part_file import CHUNK_LIMIT_BYTES, UPLOAD_LIMIT_BYTES
from tests.cast import Cast
from tests.facecams.clips import announce, begin, find_row, id_in, make_facecam, put, read_row
from tests.postgres import SentJobs


async def test_a_file_arrives_in_pieces_and_is_then_prepared(
    cast: Cast, sent_jobs: SentJobs
) -> None:
    url = await begin(cast.bob, name="Übung 1.mp4")
    assert (await read_row(cast, id_in(url))).state == "uploading"
    first = await put(cast.bob, url, 0, b"12345")
    assert (first.status_code, first.headers["upload-offset"]) == (204, "5")
    assert not sent_jobs
    last = await put(cast.bob, url, 5, b"67890")
    assert (last.status_code, last.json()["next"]) == (200, f"/facecams/{id_in(url)}")
    row = await read_row(cast, id_in(url))
    assert (row.state, row.name, row.file_name) == ("preparing", "Übung 1", "Übung 1.mp4")
    assert (await cast.site.storage.local_path(row.clip_key)).read_bytes() == b"1234567890"
    (job,) = sent_jobs
    assert (job.name, job.arguments["facecam_id"]) == (PREPARE_FACECAM, id_in(url))


async def test_a_lost_connection_goes_on_where_it_was(cast: Cast) -> None:
    url = await begin(cast.bob)
    await put(cast.bob, url, 0, b"1234")
    assert (await cast.bob.head(url)).headers["upload-offset"] == "4"
    wrong = await put(cast.bob, url, 0, b"1234")
    assert (wrong.status_code, wrong.headers["upload-offset"]) == (409, "4")


async def test_the_same_file_chosen_again_goes_on_in_any_browser(cast: Cast) -> None:
    url = await begin(cast.bob)
    await put(cast.bob, url, 0, b"1234")
    assert await begin(cast.bob) == url
    assert await begin(cast.bob, last_modified=8) != url
    assert await begin(cast.alice) != url


async def test_an_answer_that_was_lost_is_given_again(cast: Cast, sent_jobs: SentJobs) -> None:
    url = await begin(cast.bob)
    await put(cast.bob, url, 0, b"1234567890")
    assert (await cast.bob.head(url)).headers["upload-offset"] == "10"
    assert (await put(cast.bob, url, 10, b"")).status_code == 200
    assert len(sent_jobs) == 1


async def test_a_file_that_was_moved_before_the_row_was_written_counts(cast: Cast) -> None:
    url = await begin(cast.bob)
    row = await read_row(cast, id_in(url))
    part = cast.site.settings.uploads_folder / f"{row.id}.part"
    part.write_bytes(b"1234567890")
    await cast.site.storage.put_file(row.clip_key, part, "application/octet-stream", move=True)
    assert (await put(cast.bob, url, 10, b"")).status_code == 200
    assert (await read_row(cast, row.id)).state == "preparing"


async def test_an_upload_whose_beginning_is_gone_starts_anew(cast: Cast) -> None:
    url = await begin(cast.bob)
    (cast.site.settings.uploads_folder / f"{id_in(url)}.part").unlink()
    assert (await put(cast.bob, url, 0, b"123")).status_code == 404
    assert await begin(cast.bob) == url
    assert (await put(cast.bob, url, 0, b"123")).status_code == 204


async def test_the_upload_leads_where_it_was_begun(cast: Cast) -> None:
    url = await begin(cast.bob, query="?next=/campaigns/1/edit")
    answer = await put(cast.bob, url, 0, b"1234567890")
    assert answer.json()["next"] == f"/campaigns/1/edit?facecam={id_in(url)}"
    away = await begin(cast.bob, name="b.mp4", query="?next=https://evil.example/")
    answer = await put(cast.bob, away, 0, b"1234567890")
    assert answer.json()["next"] == f"/?facecam={id_in(away)}"


@pytest.mark.parametrize(
    ("said", "status", "word"),
    [
        ({"name": "leads.csv", "type": "text/csv"}, 415, "MP4, MOV, WebM or MKV"),
        ({"size_bytes": UPLOAD_LIMIT_BYTES + 1}, 413, "The limit is 2 GB"),
        ({"size_bytes": 10**30}, 413, "The limit is 2 GB"),
        ({"size_bytes": 0}, 400, "empty"),
        ({"name": ""}, 400, "could not be started"),
    ],
)
async def test_what_cannot_be_a_facecam_is_refused_before_its_first_byte(
    cast: Cast, said: dict[str, object], status: int, word: str
) -> None:
    answer = await announce(cast.bob, **said)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert word in answer.json()["error"]


async def test_a_type_that_no_database_holds_is_no_fault_of_ours(cast: Cast) -> None:
    answer = await cast.bob.post(
        "/facecams/uploads", json={"name": "a\0.mp4", "size_bytes": 10, "type": "video/\0mp4"}
    )
    assert answer.status_code == 201


async def test_a_full_workspace_is_told_its_limit(cast: Cast) -> None:
    await make_facecam(cast, size_bytes=upload_limits.WORKSPACE_LIMIT_BYTES - 5)
    answer = await announce(cast.bob)
    assert answer.status_code == 409
    assert "of 20 GB" in answer.json()["error"]


async def test_unfinished_uploads_of_one_person_have_a_limit(cast: Cast) -> None:
    for number in range(upload_limits.UNDER_WAY_AT_MOST):
        await begin(cast.bob, name=f"{number}.mp4")
    assert (await announce(cast.bob)).status_code == 409
    assert (await announce(cast.alice)).status_code == 201


async def test_a_chunk_over_the_limit_is_refused(cast: Cast) -> None:
    url = await begin(cast.bob, size_bytes=3 * CHUNK_LIMIT_BYTES)
    for size_bytes in (CHUNK_LIMIT_BYTES + 1, 2 * CHUNK_LIMIT_BYTES):
        answer = await put(cast.bob, url, 0, b"x" * size_bytes)
        assert answer.status_code == 413
        assert answer.json()["error"]
    assert (await cast.bob.head(url)).headers["upload-offset"] == "0"


async def test_more_than_was_announced_is_refused(cast: Cast) -> None:
    url = await begin(cast.bob)
    assert (await put(cast.bob, url, 0, b"x" * 11)).status_code == 400


async def test_a_cancelled_upload_leaves_nothing(cast: Cast) -> None:
    url = await begin(cast.bob)
    assert (await cast.bob.delete(url)).status_code == 204
    assert await find_row(cast, id_in(url)) is None
    assert not list(cast.site.settings.uploads_folder.glob("*.part"))
    assert (await put(cast.bob, url, 0, b"1")).status_code == 404


async def test_the_discard_button_leads_back(cast: Cast) -> None:
    url = await begin(cast.bob)
    answer = await cast.bob.post(f"/facecams/uploads/{id_in(url)}/discard?next=/campaigns")
    assert (answer.status_code, answer.headers["location"]) == (303, "/campaigns")
    assert await find_row(cast, id_in(url)) is None


async def test_what_is_complete_cannot_be_cancelled(cast: Cast) -> None:
    facecam_id = await make_facecam(cast, state="preparing")
    assert (await cast.bob.delete(f"/facecams/uploads/{facecam_id}")).status_code == 404
    assert await find_row(cast, facecam_id) is not None


async def test_a_stranger_gets_404_and_so_does_a_colleague(cast: Cast) -> None:
    assert (await announce(cast.charlie)).status_code == 404
    url = await begin(cast.bob)
    for visitor in (cast.charlie, cast.charlie_at_home, cast.alice):
        assert (await put(visitor, url, 0, b"123")).status_code == 404
        assert (await visitor.head(url)).status_code == 404
        assert (await visitor.delete(url)).status_code == 404
        assert (await visitor.post(f"{url}/discard")).status_code == 404
    assert (await cast.bob.head(url)).headers["upload-offset"] == "0"


async def test_nobody_is_told_to_sign_in(cast: Cast) -> None:
    url = await begin(cast.bob)
    assert (await announce(cast.nobody)).status_code == 401
    assert (await put(cast.nobody, url, 0, b"1")).status_code == 401


async def test_a_form_without_javascript_takes_a_whole_file(cast: Cast) -> None:
    files = {"file": ("whole.mp4", b"x" * 300_000, "video/mp4")}
    answer = await cast.bob.post("/facecams/upload", files=files)
    assert answer.status_code == 303
    row = await read_row(cast, answer.headers["location"].rpartition("/")[2])
    assert (row.state, row.size_bytes) == ("preparing", 300_000)
    back = await cast.bob.post("/facecams/upload?next=/x", files=files)
    assert back.headers["location"].startswith("/x?facecam=")


async def test_a_form_with_a_wrong_file_says_so_beside_it(cast: Cast) -> None:
    wrong = await cast.bob.post("/facecams/upload", files={"file": ("a.txt", b"x", "text/plain")})
    assert wrong.status_code == 422
    assert "a.txt is not a video file" in wrong.text
    none = await cast.bob.post("/facecams/upload", data={"other": "1"})
    assert none.status_code == 422
    stranger = await cast.charlie.post("/facecams/upload", files={"file": ("a.mp4", b"x")})
    assert stranger.status_code == 404
