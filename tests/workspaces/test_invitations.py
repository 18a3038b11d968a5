"""Invitations: a letter with a link that works once for one address, and only while it is meant."""

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from app.accounts.rate_limits import INVITE_BY_ADDRESS
from app.db.base import now
from app.workspaces.models import Invitation
from tests.cast import Cast, in_workspace
from tests.workspaces.stage import Worker

INVITE = "/settings/members/invitations"
ANN = {"email": "Ann@Example.com", "role": "member"}


async def _invitations(cast: Cast) -> list[Invitation]:
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        return list(await session.scalars(select(Invitation).order_by(Invitation.email)))


@pytest.mark.parametrize("who", ["alice", "adam"])
async def test_managers_invite_by_letter(cast: Cast, worker: Worker, who: str) -> None:
    asker: httpx.AsyncClient = getattr(cast, who)
    answer = await asker.post(INVITE, data=ANN)
    assert answer.headers["location"] == "/settings/members"
    (letter,) = await worker.run_all()
    assert letter.to == "ann@example.com"
    assert letter.subject == f"{who.title()} invites you to Acme"
    assert letter.links[0].startswith(f"http://loomlite.localhost/join/{cast.acme.id}/")
    assert "7 days" in letter.text


async def test_the_queue_holds_no_token(cast: Cast, worker: Worker) -> None:
    await cast.alice.post(INVITE, data=ANN)
    (job,) = worker.jobs
    assert set(job.arguments) == {"workspace_id", "invitation_id"}


@pytest.mark.parametrize(("who", "status"), [("bob", 403), ("charlie", 404)])
async def test_nobody_else_invites(cast: Cast, worker: Worker, who: str, status: int) -> None:
    asker: httpx.AsyncClient = getattr(cast, who)
    assert (await asker.post(INVITE, data=ANN)).status_code == status
    assert not worker.jobs
    assert not await _invitations(cast)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"email": "nobody"}, "Enter an e-mail address such as ann@example.com."),
        ({"email": "bob@example.com"}, "bob@example.com is a member of this workspace already."),
        ({"email": "ann@example.com", "role": "owner"}, "Choose one of the options."),
    ],
)
async def test_what_cannot_be_invited_is_said_beside_its_field(
    cast: Cast, sent: dict[str, str], words: str
) -> None:
    answer = await cast.alice.post(INVITE, data=sent)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{sent["email"]}"' in answer.text


async def test_inviting_again_renews_the_invitation(cast: Cast, worker: Worker) -> None:
    await cast.alice.post(INVITE, data=ANN)
    (first,) = await worker.run_all()
    await cast.adam.post(INVITE, data={**ANN, "role": "admin"})
    (second,) = await worker.run_all()
    (kept,) = await _invitations(cast)
    assert kept.role == "admin"
    nobody = cast.site.visitor()
    assert (await nobody.get(first.links[0])).status_code == 404
    assert (await nobody.get(second.links[0])).status_code == 200


async def test_one_that_is_too_old_is_shown_and_sent_again(cast: Cast, worker: Worker) -> None:
    await cast.alice.post(INVITE, data=ANN)
    (letter,) = await worker.run_all()
    async with cast.site.database.session() as session:
        await in_workspace(session, cast.acme)
        await session.execute(update(Invitation).values(expires_at=now() - timedelta(seconds=1)))
    assert (await cast.site.visitor().get(letter.links[0])).status_code == 404
    assert "Too old" in (await cast.alice.get("/settings/members")).text
    (kept,) = await _invitations(cast)
    await cast.alice.post(f"{INVITE}/{kept.id}/renew")
    (letter,) = await worker.run_all()
    assert (await cast.site.visitor().get(letter.links[0])).status_code == 200


async def test_a_withdrawn_one_works_no_longer(cast: Cast, worker: Worker) -> None:
    await cast.alice.post(INVITE, data=ANN)
    (letter,) = await worker.run_all()
    (kept,) = await _invitations(cast)
    answer = await cast.adam.post(f"{INVITE}/{kept.id}/revoke")
    assert answer.headers["location"] == "/settings/members"
    assert (await cast.site.visitor().get(letter.links[0])).status_code == 404
    assert not await _invitations(cast)


async def test_one_withdrawn_before_its_letter_left_sends_none(cast: Cast, worker: Worker) -> None:
    await cast.alice.post(INVITE, data=ANN)
    (kept,) = await _invitations(cast)
    await cast.alice.post(f"{INVITE}/{kept.id}/revoke")
    assert await worker.run_all() == []


@pytest.mark.parametrize("act", ["renew", "revoke"])
@pytest.mark.parametrize(
    ("who", "status"), [("bob", 403), ("charlie", 404), ("charlie_at_home", 404)]
)
async def test_an_invitation_is_no_business_of_others(
    cast: Cast, act: str, who: str, status: int
) -> None:
    await cast.alice.post(INVITE, data=ANN)
    (kept,) = await _invitations(cast)
    asker: httpx.AsyncClient = getattr(cast, who)
    assert (await asker.post(f"{INVITE}/{kept.id}/{act}")).status_code == status
    assert len(await _invitations(cast)) == 1


async def test_an_address_is_not_written_to_again_and_again(cast: Cast) -> None:
    for _ in range(INVITE_BY_ADDRESS.tries):
        assert (await cast.alice.post(INVITE, data=ANN)).status_code == 303
    refused = await cast.alice.post(INVITE, data=ANN)
    assert refused.status_code == 429
    assert "retry-after" in refused.headers
