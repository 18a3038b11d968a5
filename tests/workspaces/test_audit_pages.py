"""The owner's page of the audit log: in words, filtered, page by page, and as a file."""

import csv
import io

import pytest
from sqlalchemy import delete

from app.accounts.acting import act_as_staff
from app.accounts.auth_sessions import Browser
from app.accounts.models import User
from app.workspaces.audit import record
from app.workspaces.audit_models import AuditEntry
from tests.cast import Cast

PAGE, FILE = "/settings/audit-log", "/settings/audit-log.csv"


async def _many(cast: Cast, count: int) -> None:
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        for number in range(count):
            await record(
                session, cast.users["adam"], "campaign.deleted", thing=f"Campaign {number:03}"
            )


@pytest.mark.parametrize("path", [PAGE, FILE])
async def test_only_the_owner_sees_it(cast: Cast, path: str) -> None:
    assert (await cast.alice.get(path)).status_code == 200
    assert (await cast.adam.get(path)).status_code == 403
    assert (await cast.bob.get(path)).status_code == 403
    assert (await cast.charlie.get(path)).status_code == 404


async def test_the_settings_lead_the_owner_there_and_no_one_else(cast: Cast) -> None:
    assert f'href="{PAGE}"' in (await cast.alice.get("/settings/members")).text
    assert f'href="{PAGE}"' not in (await cast.adam.get("/settings/members")).text


async def test_what_members_do_is_there_in_words_from_what_to_what(cast: Cast) -> None:
    bob = cast.users["bob"].id
    await cast.alice.post(f"/settings/members/{bob}/role", data={"role": "admin"})
    await cast.alice.post("/settings/workspace/name", data={"name": "Acme & Sons"})
    await cast.adam.post(
        "/settings/workspace/colours", data={"accent": "#112233", "background": "#ffffff"}
    )
    await cast.adam.post(
        "/settings/members/invitations", data={"email": "eve@example.com", "role": "member"}
    )
    lines = list(csv.DictReader(io.StringIO((await cast.alice.get(FILE)).text)))
    told = [(line["who"], line["what"], line["before"], line["after"]) for line in lines]
    assert told == [
        ("Adam", "invited eve@example.com", "", "Role: member"),
        (
            "Adam",
            "changed the colours",
            "Accent: #5b3fd6",
            "Accent: #112233",
        ),
        ("Alice", "renamed the workspace", "Name: Acme", "Name: Acme & Sons"),
        ("Alice", "changed the role of Bob", "Role: member", "Role: admin"),
        ("Alice", "created the workspace", "", "Name: Acme; Address: acme"),
    ]
    page = (await cast.alice.get(PAGE)).text
    assert "Acme &amp; Sons" in page
    assert "203.0.113.7" not in page


async def test_it_is_filtered_by_who_and_by_kind(cast: Cast) -> None:
    await _many(cast, 1)
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        await record(session, None, "plan.changed", by="stripe", thing="Growth")
        act_as_staff(session, cast.users["charlie"].id)
        await record(session, None, "workspace.suspended", reason="It is not paid")
    of_adam = (await cast.alice.get(PAGE, params={"who": str(cast.users["adam"].id)})).text
    assert "Campaign 000" in of_adam
    assert "created the workspace" not in of_adam
    of_stripe = (await cast.alice.get(PAGE, params={"who": "stripe"})).text
    assert "Growth" in of_stripe
    assert "Campaign 000" not in of_stripe
    of_staff = (await cast.alice.get(PAGE, params={"kind": "staff"})).text
    assert "Charlie, Loom-Lite staff" in of_staff
    assert "It is not paid" in of_staff
    assert "Growth" not in of_staff
    nothing = (await cast.alice.get(PAGE, params={"who": "service", "kind": "domains"})).text
    assert "Show everything" in nothing
    odd = await cast.alice.get(PAGE, params={"who": "' or 1=1", "kind": "<b>"})
    assert "Campaign 000" in odd.text


async def test_it_is_read_page_by_page_and_the_file_holds_all(cast: Cast) -> None:
    await _many(cast, 60)
    first = await cast.alice.get(PAGE)
    assert "Campaign 059" in first.text
    assert "Campaign 009" not in first.text
    older = first.text.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = await cast.alice.get(older)
    assert "Campaign 009" in second.text
    assert "created the workspace" in second.text
    assert 'rel="next"' not in second.text
    lines = (await cast.alice.get(FILE)).text.splitlines()
    assert len(lines) == 62


async def test_a_member_whose_account_is_gone_has_no_name(cast: Cast) -> None:
    await cast.alice.post(f"/settings/members/{cast.users['bob'].id}/role", data={"role": "admin"})
    async with cast.site.database.session() as session:
        await session.execute(delete(User).where(User.id == cast.users["bob"].id))
    page = (await cast.alice.get(PAGE)).text
    assert "Bob" not in page.partition('id="audit-log"')[2].partition("</table>")[0]
    assert "a former member" in page


async def test_landing_pages_tell_what_was_chosen_and_no_password(cast: Cast) -> None:
    fields = {"group_logo": "none", "group_password": "own", "password": "open sesame"}
    shown = await cast.alice.get("/settings/landing-page")
    assert shown.status_code == 200
    fields |= {"headline": "Hello", "accent": "#5b3fd6", "background": "#ffffff", "font": "serif",
               "booking_kind": "none", "booking_opens": "click", "booking_label": "Book",
               "expires_after_days": "30"}  # fmt: skip
    saved = await cast.alice.post("/settings/landing-page", data=fields)
    assert saved.status_code == 303, saved.text
    file = (await cast.alice.get(FILE, params={"kind": "links"})).text
    assert "set a password for the links of all campaigns" in file
    assert '"Days: none","Days: 30"' in file
    assert "headline" in file
    assert "sesame" not in file


def test_no_address_is_taken_along() -> None:
    """What is known of a browser has no column to go to."""
    assert not set(Browser.__dataclass_fields__) & set(AuditEntry.__table__.c.keys())
