"""The feed: every verb has its sentence, newest first, and only of this workspace."""

import pytest

from app.accounts.models import User
from app.templating import icon_names
from app.workspaces.activity_feed import list_activity
from app.workspaces.activity_sentences import SENTENCES
from app.workspaces.service import record_activity
from tests.cast import Cast, in_workspace

LINES = {
    ("campaign.created", "Spring"): "Alice created the campaign Spring",
    ("campaign.archived", "Spring"): "Alice archived Spring",
    ("campaign.duplicated", "Spring"): "Alice duplicated Spring",
    ("campaign.deleted", "Spring"): "Alice deleted the campaign Spring",
    ("campaign.restored", "Spring"): "Alice brought back Spring",
    ("facecam.added", "Hello"): "Alice added the facecam Hello",
    ("facecam.deleted", "Hello"): "Alice deleted the facecam Hello",
    ("leads.imported", "Spring"): "Alice added 1,204 leads to Spring",
    ("videos.requested", "Spring"): "Alice asked for 1,204 videos of Spring",
    ("videos.cancelled", "Spring"): "Alice cancelled 1,204 videos of Spring",
    ("videos.retried", "Spring"): "Alice tried 1,204 videos again of Spring",
    ("campaign.rendered", "Spring"): "Alice made 1,204 videos of Spring",
    ("member.joined", "Alice"): "Alice joined the team",
    ("member.invited", "ann@example.com"): "Alice invited ann@example.com as an admin",
    ("member.removed", "Bob"): "Alice removed Bob from the team",
    ("member.left", "Alice"): "Alice left the team",
    ("member.role_changed", "Bob"): "Alice made Bob an admin",
    ("workspace.created", "Acme"): "Alice created the workspace Acme",
    ("workspace.renamed", "Apex"): "Alice renamed the workspace to Apex",
    ("workspace.moved", "apex"): "Alice moved the workspace to apex",
    ("workspace.transferred", "Bob"): "Alice handed the workspace over to Bob",
    ("domain.added", "videos.acme.com"): "Alice added the domain videos.acme.com",
    ("domain.verified", "videos.acme.com"): (
        "Alice found the records of videos.acme.com, which shows your pages now"
    ),
    ("domain.withdrawn", "videos.acme.com"): (
        "Alice no longer shows your pages at videos.acme.com"
    ),
    ("domain.removed", "videos.acme.com"): "Alice removed the domain videos.acme.com",
    ("lead.unheard_of", "Ann"): "Alice changed Ann",
}


@pytest.mark.parametrize(("verb", "thing"), LINES)
async def test_a_line_says_who_did_what(cast: Cast, verb: str, thing: str) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        details = {"count": 1204, "role": "admin"}
        await record_activity(session, cast.users["alice"], verb, None, thing, **details)
        lines = await list_activity(session, 5)
    assert lines[0].text == LINES[verb, thing]
    assert lines[0].symbol in icon_names()


def test_every_sentence_is_tried() -> None:
    assert set(SENTENCES) == {verb for verb, _ in LINES} - {"lead.unheard_of"}


async def test_what_a_person_did_outlives_the_account(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await record_activity(session, None, "campaign.created", None, "Spring")
        lines = await list_activity(session, 1)
    assert [line.text for line in lines] == ["A former member created the campaign Spring"]


async def test_what_the_service_does_is_nobody_s(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await record_activity(session, None, "campaign.rendered", None, "Spring", count=1)
        lines = await list_activity(session, 1)
    assert [line.text for line in lines] == ["Loom-Lite made 1 video of Spring"]


async def test_another_workspace_has_a_feed_of_its_own(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.other)
        lines = await list_activity(session, 50)
    assert [line.text for line in lines] == ["Charlie created the workspace Other"]


async def test_a_line_has_the_picture_of_who_is_in_the_team(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        bob = await session.get(User, cast.users["bob"].id)
        assert bob is not None
        bob.avatar_key = f"people/{bob.id}/avatar.webp"
        await record_activity(session, bob, "campaign.created", None, "Spring")
        (line,) = await list_activity(session, 1)
        await record_activity(session, cast.users["alice"], "campaign.created", None, "Autumn")
        (without,) = await list_activity(session, 1)
    assert (line.pictured_id, without.pictured_id) == (bob.id, None)
    path = f"/settings/members/{bob.id}/avatar"
    assert path in (await cast.alice.get("/campaigns")).text
    await cast.alice.post(f"/settings/members/{bob.id}/remove")
    assert path not in (await cast.alice.get("/campaigns")).text
