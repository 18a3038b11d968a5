"""The audit log as it is kept: written with the change, and by nobody changed or removed."""

import pytest
from sqlalchemy import delete, select, text, update

from app.accounts.acting import act_as_staff
from app.accounts.models import User
from app.db.session import Database
from app.workspaces.audit import record
from app.workspaces.audit_actions import ACTIONS, GROUPS, actions_of
from app.workspaces.audit_models import AuditEntry
from tests.cast import Cast


async def _write(cast: Cast) -> None:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await record(
            session,
            cast.users["alice"],
            "member.role_changed",
            about=cast.users["bob"],
            before={"role": "member"},
            after={"role": "admin"},
        )


async def _entries(database: Database, cast: Cast) -> list[AuditEntry]:
    async with database.session(workspace_id=cast.acme.id) as session:
        rows = select(AuditEntry).where(AuditEntry.action == "member.role_changed")
        return list(await session.scalars(rows))


async def test_an_entry_says_who_did_what_to_whom_from_what_to_what(cast: Cast) -> None:
    await _write(cast)
    (entry,) = await _entries(cast.site.database, cast)
    assert (entry.actor, entry.person_id) == ("person", cast.users["alice"].id)
    assert entry.about_id == cast.users["bob"].id
    assert (entry.before, entry.after) == ({"role": "member"}, {"role": "admin"})


@pytest.mark.parametrize("every_workspace", [False, True])
async def test_no_sql_of_the_application_changes_or_removes_an_entry(
    cast: Cast, every_workspace: bool
) -> None:
    await _write(cast)
    database = cast.site.database
    async with database.session(
        workspace_id=cast.acme.id, every_workspace=every_workspace
    ) as session:
        for change in (
            update(AuditEntry).values(action="member.left"),
            delete(AuditEntry),
            text("update audit_entries set after = '{}', person_id = null"),
            text("delete from audit_entries"),
        ):
            done = await session.execute(change)
            assert done.rowcount == 0  # type: ignore[attr-defined]
    (entry,) = await _entries(database, cast)
    assert entry.after == {"role": "admin"}


async def test_the_log_goes_with_its_workspace(cast: Cast) -> None:
    await _write(cast)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await session.execute(text("delete from workspaces where id = :id"), {"id": cast.acme.id})
    async with cast.site.database.session(every_workspace=True) as session:
        kept = select(AuditEntry).where(AuditEntry.workspace_id == cast.acme.id)
        assert (await session.scalars(kept)).all() == []


async def test_a_name_goes_with_its_account_and_what_was_done_stays(cast: Cast) -> None:
    await _write(cast)
    async with cast.site.database.session() as session:
        await session.execute(delete(User).where(User.id == cast.users["bob"].id))
    (entry,) = await _entries(cast.site.database, cast)
    assert entry.about_id is None
    assert entry.after == {"role": "admin"}


async def test_who_did_it_is_the_person_staff_the_service_or_stripe(cast: Cast) -> None:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await record(session, None, "plan.changed", by="stripe")
        await record(session, None, "domain.verified", thing="v.example.com")
        act_as_staff(session, cast.users["charlie"].id)
        await record(session, cast.users["alice"], "campaign.deleted", thing="Spring")
        act_as_staff(session, None)
        await record(session, None, "workspace.suspended", reason="Unpaid")
        rows = await session.execute(
            select(AuditEntry.actor, AuditEntry.person_id, AuditEntry.staff_id).order_by(
                AuditEntry.id
            )
        )
        found = [tuple(row) for row in rows][-4:]
    assert found == [
        ("stripe", None, None),
        ("service", None, None),
        ("staff", cast.users["alice"].id, cast.users["charlie"].id),
        ("staff", None, None),
    ]


async def test_an_unknown_act_and_a_secret_are_refused(cast: Cast) -> None:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        with pytest.raises(LookupError):
            await record(session, None, "workspace.exploded")
        with pytest.raises(ValueError, match="secret"):
            await record(session, None, "links.password_set", after={"password": "open"})


def test_every_act_is_in_a_group_that_the_filter_offers() -> None:
    assert {action.group for action in ACTIONS.values()} == set(GROUPS)
    assert "member.left" in actions_of("members")
    assert actions_of("nothing") == []
    assert all(len(name) <= 40 for name in ACTIONS)
