"""Caption tracks in memory: one for all who are sent it, and no more than fit."""

from pathlib import Path
from typing import Any
from uuid import UUID

from app.facecams.caption_text import Cue, written
from app.facecams.models import Caption
from app.renders.models import Render, RenderBatch
from app.viewer.caption_tracks import CaptionTracks, TrackKey
from app.viewer.dependencies import LinkMemory
from tests.cast import Cast, in_workspace, litestar_in
from tests.renders.films import renders_of, set_render
from tests.viewer.links import forget, show_video, store_files

VTT = written([Cue(1, 2, "Hello & welcome"), Cue(4, 6, "Bye")])


def key_of(number: int, **changes: Any) -> TrackKey:
    return TrackKey(UUID(int=number), "en", "a1", 1.0, 5.0)._replace(**changes)


async def test_the_same_cut_of_the_same_words_is_kept_once() -> None:
    tracks = CaptionTracks()
    made = [await tracks.make(key_of(1), VTT) for _ in range(3)]
    assert made[0].startswith(b"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nHello &amp; welcome")
    assert tracks.size_bytes == len(made[0])
    assert tracks.find(key_of(1)) == made[2]
    for other in (key_of(2), key_of(1, language="de"), key_of(1, version="b2"), key_of(1, end_s=4)):
        assert tracks.find(other) is None


async def test_what_was_not_asked_for_longest_goes_when_there_is_no_room() -> None:
    size = len(await CaptionTracks().make(key_of(0), VTT))
    tracks = CaptionTracks(bytes_at_most=3 * size)
    for number in (1, 2, 3):
        await tracks.make(key_of(number), VTT)
    tracks.find(key_of(1))
    await tracks.make(key_of(4), VTT)
    kept = [number for number in (1, 2, 3, 4) if tracks.find(key_of(number))]
    assert kept == [1, 3, 4]
    assert tracks.size_bytes == 3 * size
    tracks = CaptionTracks(bytes_at_most=size - 1)
    assert len(await tracks.make(key_of(1), VTT)) == size
    assert (tracks.find(key_of(1)), tracks.size_bytes) == (None, 0)


async def test_all_leads_of_a_campaign_share_a_track(cast: Cast, tmp_path: Path) -> None:
    shown = await show_video(cast, tmp_path)
    other = (await renders_of(cast, shown.campaign_id))[1]
    await set_render(cast, other.id, "completed", files=await store_files(cast, tmp_path, other))
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        render = await session.get_one(Render, shown.render_id)
        batch = await session.get_one(RenderBatch, render.batch_id)
        facecam_id = UUID(batch.campaign["facecam"]["id"])
        session.add(
            Caption(workspace_id=cast.acme.id, facecam_id=facecam_id, language="en", vtt=VTT)
        )
    forget(cast)
    sent = [
        await cast.nobody.get(f"/v/{public_id}/captions/en.vtt")
        for public_id in (shown.public_id, other.public_id)
    ]
    assert [answer.status_code for answer in sent] == [200, 200]
    assert sent[0].content == sent[1].content
    memory: LinkMemory = litestar_in(cast.site.app).state.link_memory
    assert memory.captions.size_bytes == len(sent[0].content)
    for public_id in (shown.public_id, other.public_id):
        held = memory.links.find_fresh(("acme", public_id))
        assert held is not None
        assert held.drawn == {}
