"""What cannot be taken back: leaving, handing over, deleting; asked for by name, done at once."""

from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from app.campaigns.models import Campaign, Lead
from app.db.base import Base, new_id
from app.facecams.models import Facecam
from app.jobs.workspaces import remove_media
from app.workspaces.models import Membership
from tests.cast import Cast, in_workspace
from tests.workspaces.stage import Worker

DANGER = "/settings/danger"


async def _role(cast: Cast, who: str) -> str | None:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        member = await session.get(Membership, (cast.acme.id, cast.users[who].id))
        return member.role if member else None


async def _fill(cast: Cast) -> Path:
    """A campaign with a lead and a facecam, and a file of it."""
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        facecam = Facecam(
            id=new_id(), workspace_id=cast.acme.id, name="Hello", file_name="a.mp4", size_bytes=1
        )
        session.add(facecam)
        await session.flush()
        campaign = Campaign(
            id=new_id(), workspace_id=cast.acme.id, name="Spring", facecam_id=facecam.id
        )
        session.add(campaign)
        await session.flush()
        session.add(
            Lead(
                workspace_id=cast.acme.id, campaign_id=campaign.id, row=2, state="good", cells=["x"]
            )
        )
    clip = cast.site.settings.media_folder / facecam.media_prefix / "poster.webp"
    clip.parent.mkdir(parents=True)
    clip.write_bytes(b"picture")
    return clip


async def test_everybody_sees_what_they_may_do(cast: Cast) -> None:
    assert "Leave Acme" in (await cast.bob.get(DANGER)).text
    assert "Delete Acme" not in (await cast.adam.get(DANGER)).text
    page = await cast.alice.get(DANGER)
    assert "Delete Acme" in page.text
    assert "Leave Acme" not in page.text
    assert (await cast.charlie.get(DANGER)).status_code == 404


@pytest.mark.parametrize("who", ["adam", "bob"])
async def test_a_member_leaves(cast: Cast, who: str) -> None:
    asker: httpx.AsyncClient = getattr(cast, who)
    answer = await asker.post(f"{DANGER}/leave")
    assert answer.headers["location"] == "http://loomlite.localhost/workspaces"
    assert await _role(cast, who) is None
    assert (await asker.get(DANGER)).status_code == 404


async def test_the_owner_stays_until_somebody_else_owns(cast: Cast) -> None:
    refused = await cast.alice.post(f"{DANGER}/leave")
    assert refused.status_code == 409
    assert "Hand it over to another member first" in refused.text
    assert await _role(cast, "alice") == "owner"


async def test_a_stranger_cannot_leave_what_is_not_theirs(cast: Cast) -> None:
    assert (await cast.charlie.post(f"{DANGER}/leave")).status_code == 404


async def test_the_owner_hands_over_and_both_are_told(cast: Cast, worker: Worker) -> None:
    sent = {"user_id": str(cast.users["bob"].id), "name": "Acme"}
    answer = await cast.alice.post(f"{DANGER}/transfer", data=sent)
    assert answer.headers["location"] == "/settings/members"
    assert [await _role(cast, who) for who in ("alice", "bob")] == ["admin", "owner"]
    letters = await worker.run_all()
    assert sorted(letter.to for letter in letters) == ["alice@example.com", "bob@example.com"]
    assert {letter.subject for letter in letters} == {"Bob now owns Acme"}
    assert (await cast.alice.post(f"{DANGER}/leave")).status_code == 303


@pytest.mark.parametrize(
    ("whom", "name", "status"),
    [("bob", "acme", 422), ("bob", "", 422), ("charlie", "Acme", 404), ("alice", "Acme", 409)],
)
async def test_a_hand_over_that_is_not_meant_is_refused(
    cast: Cast, whom: str, name: str, status: int
) -> None:
    sent = {"user_id": str(cast.users[whom].id), "name": name}
    assert (await cast.alice.post(f"{DANGER}/transfer", data=sent)).status_code == status
    assert await _role(cast, "alice") == "owner"


async def test_a_hand_over_to_nobody_is_said_beside_the_field(cast: Cast) -> None:
    answer = await cast.alice.post(f"{DANGER}/transfer", data={"user_id": "", "name": "Acme"})
    assert answer.status_code == 422
    assert 'aria-describedby="next-owner-error"' in answer.text


@pytest.mark.parametrize("act", ["transfer", "delete"])
@pytest.mark.parametrize(("who", "status"), [("adam", 403), ("bob", 403), ("charlie", 404)])
async def test_only_the_owner_hands_over_or_deletes(
    cast: Cast, act: str, who: str, status: int
) -> None:
    asker: httpx.AsyncClient = getattr(cast, who)
    sent = {"user_id": str(cast.users["bob"].id), "name": "Acme"}
    assert (await asker.post(f"{DANGER}/{act}", data=sent)).status_code == status
    assert await _role(cast, "alice") == "owner"


async def test_the_page_says_how_much_goes(cast: Cast) -> None:
    await _fill(cast)
    page = await cast.alice.get(DANGER)
    for words in ("1 campaign", "1 lead", "1 facecam", "3 members’ access"):
        assert f">{words}<" in page.text or f" {words}<" in page.text


async def test_a_wrong_name_deletes_nothing(cast: Cast) -> None:
    answer = await cast.alice.post(f"{DANGER}/delete", data={"name": "acme"})
    assert answer.status_code == 422
    assert 'value="acme"' in answer.text
    assert "This is not the workspace" in answer.text
    assert await _role(cast, "alice") == "owner"


async def test_a_deleted_workspace_leaves_no_row_no_file_and_a_letter(
    cast: Cast, worker: Worker
) -> None:
    clip = await _fill(cast)
    answer = await cast.alice.post(f"{DANGER}/delete", data={"name": "Acme"})
    assert answer.headers["location"] == "http://loomlite.localhost/workspaces"
    async with cast.site.database.session(every_workspace=True) as session:
        left = {
            table.name: await session.scalar(
                select(func.count()).select_from(table).where(table.c.workspace_id == cast.acme.id)
            )
            for table in Base.metadata.sorted_tables
            if "workspace_id" in table.c
        }
    assert len(left) >= 6
    assert set(left.values()) == {0}
    (letter,) = await worker.run_all()
    assert (letter.to, letter.subject) == ("alice@example.com", "Acme was deleted")
    assert not clip.exists()
    for who in (cast.alice, cast.adam, cast.bob):
        assert (await who.get(DANGER)).status_code == 404


async def test_removing_media_twice_does_no_harm(cast: Cast, worker: Worker) -> None:
    clip = await _fill(cast)
    for _ in range(2):
        await remove_media(worker.services, prefix=f"workspaces/{cast.acme.id}")
    assert not clip.exists()


@pytest.mark.parametrize("prefix", ["", "workspaces", "workspaces/", "people/1", "workspaces/.."])
async def test_media_of_no_workspace_is_never_removed(worker: Worker, prefix: str) -> None:
    with pytest.raises(ValueError, match=r"place|badly formed"):
        await remove_media(worker.services, prefix=prefix)
