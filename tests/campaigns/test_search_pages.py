"""The palette's results: things of this workspace, by a piece of their name."""

import re

from app.facecams.models import Facecam
from tests.campaigns.boards import put_campaigns
from tests.campaigns.drafts import make_draft
from tests.cast import Cast, in_workspace


async def _found(cast: Cast, words: str) -> list[str]:
    answer = await cast.bob.get("/search", params={"q": words})
    assert answer.status_code == 200
    return re.findall(r'<span class="truncate">([^<]*)</span>', answer.text)


async def test_a_stranger_gets_404(cast: Cast) -> None:
    assert (await cast.charlie.get("/search?q=a")).status_code == 404


async def test_campaigns_and_facecams_are_found_by_name(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        session.add(
            Facecam(workspace_id=cast.acme.id, name="Autumn intro", file_name="a.mp4", size_bytes=1)
        )
    await make_draft(cast, "Before autumn")
    await make_draft(cast, "Autumn outreach")
    assert await _found(cast, "AUTUMN") == ["Autumn outreach", "Autumn intro", "Before autumn"]


async def test_other_workspaces_are_not_found(cast: Cast) -> None:
    await put_campaigns(cast, 1, workspace=cast.other, name="Secret plans")
    assert await _found(cast, "secret") == []


async def test_no_words_find_nothing_and_signs_stand_for_themselves(cast: Cast) -> None:
    await make_draft(cast, "50% off")
    assert await _found(cast, "  ") == []
    assert await _found(cast, "%") == ["50% off"]
    assert await _found(cast, "0_") == []
    assert await _found(cast, "\0") == []


async def test_many_are_cut_to_a_handful(cast: Cast) -> None:
    await put_campaigns(cast, 30)
    assert len(await _found(cast, "campaign")) == 8
