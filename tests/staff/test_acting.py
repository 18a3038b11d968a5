"""Staff who act as somebody: told to the owner first, seen on every page, ended within the hour."""

from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from litestar.routes import HTTPRoute
from sqlalchemy import select, update

from app.accounts.acting import is_own_act
from app.accounts.auth_sessions import Browser, start_session
from app.accounts.models import AuthSession, User
from app.accounts.sign_in import get_or_create_user
from app.db.base import now
from app.workspaces.models import Membership
from app.workspaces.service import create_workspace
from tests.cast import HOST, Cast, litestar_in

REASON = "They asked why a video failed"


async def _ask(staff: httpx.AsyncClient, cast: Cast, name: str = "alice") -> httpx.Response:
    path = f"/staff/workspaces/{cast.acme.id}/act-as"
    asked = {"user_id": str(cast.users[name].id), "reason": REASON}
    return await staff.post(path, data=asked)


async def _walk(staff: httpx.AsyncClient, cast: Cast, url: str) -> httpx.AsyncClient:
    """From the staff's page to the workspace's host, as a browser follows it."""
    there = cast.site.visitor("acme")
    knocked = await there.get(url)
    let_in = await staff.get(knocked.headers["location"])
    if "location" in let_in.headers:
        entered = await there.get(let_in.headers["location"])
        assert entered.headers.get("location") == "/campaigns"
    return there


async def _act(staff: httpx.AsyncClient, cast: Cast, name: str = "alice") -> httpx.AsyncClient:
    asked = await _ask(staff, cast, name)
    assert asked.status_code == 303, asked.text
    return await _walk(staff, cast, asked.headers["location"])


async def test_staff_see_what_the_member_sees_under_a_banner_on_every_page(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    there = await _act(staff, cast, "bob")
    gone = f"/campaigns/{cast.acme.id}"
    for path in ("/campaigns", "/settings/members", "/settings/profile", gone, "/help",
                 "/billing", "/analytics", "/facecams"):  # fmt: skip
        page = await there.get(path)
        assert page.status_code in {200, 404}, path
        assert "You act as Bob" in page.text, path
        assert "/acting/end" in page.text, path
    # A member is not the owner, whoever looks.
    assert (await there.get("/settings/audit-log")).status_code == 403
    assert "You act as" not in (await cast.bob.get("/campaigns")).text


async def test_the_owner_reads_who_it_was_and_why_before_anything_is_done(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    await _ask(staff, cast)
    log = (await cast.alice.get("/settings/audit-log.csv")).text
    assert f'"Sue, Loom-Lite staff","Loom-Lite staff","began to act as Alice","{REASON}"' in log


async def test_what_is_done_is_recorded_as_staff_s_as_the_member(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    there = await _act(staff, cast)
    assert (
        await there.post("/settings/workspace/name", data={"name": "Acme Films"})
    ).status_code == 303
    log = (await cast.alice.get("/settings/audit-log.csv")).text
    assert '"Sue, Loom-Lite staff, as Alice","Workspace","renamed the workspace"' in log
    assert "Loom-Lite staff as Alice" in (await cast.bob.get("/campaigns")).text


@pytest.mark.parametrize(
    "path",
    [
        "/settings/password", "/settings/password/remove", "/settings/password/letter",
        "/settings/profile", "/settings/notifications", "/settings/devices/sign-out",
        "/settings/danger/delete", "/settings/danger/transfer", "/settings/danger/leave",
        "/settings/members/invitations", "/notices/read", "/sign-out",
        "/settings/workspace/address",
    ],
)  # fmt: skip
async def test_what_is_the_person_s_own_is_not_done(
    staff: httpx.AsyncClient, cast: Cast, path: str
) -> None:
    there = await _act(staff, cast)
    refused = await there.post(path, data={"name": "Acme", "email": "sue@evil.example",
                                           "role": "admin", "this": "goes"})  # fmt: skip
    assert refused.status_code == 403
    assert "you act as them" in refused.text
    assert (await cast.alice.get("/campaigns")).status_code == 200


@pytest.mark.parametrize("act", ["render", "videos/retry", "videos/again"])
async def test_what_may_be_charged_beyond_the_plan_is_not_done(
    staff: httpx.AsyncClient, cast: Cast, act: str
) -> None:
    refused = await (await _act(staff, cast)).post(f"/campaigns/{cast.acme.id}/{act}")
    assert refused.status_code == 403
    assert "you act as them" in refused.text


async def test_the_way_leads_to_the_workspace_whose_log_tells_of_it_alone(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    async with cast.site.database.session() as session:
        alice = await session.get_one(User, cast.users["alice"].id)
        other = await create_workspace(session, alice, "Acme Two", "acme-two")
    begun = urlsplit((await _ask(staff, cast)).headers["location"])
    elsewhere = cast.site.visitor(other.slug)
    knocked = (await elsewhere.get(f"{begun.path}?{begun.query}")).headers["location"]
    assert (await staff.get(knocked)).status_code == 404
    # Nor does what is made for one workspace's host open another's.
    there = cast.site.visitor("acme")
    knocked = (await there.get((await _ask(staff, cast)).headers["location"])).headers["location"]
    let_in = urlsplit((await staff.get(knocked)).headers["location"])
    elsewhere.cookies.set("knock", there.cookies["knock"], domain=elsewhere.base_url.host)
    await elsewhere.get(f"{let_in.path}?{let_in.query}")
    assert "session" not in elsewhere.cookies
    async with cast.site.database.session() as session:
        acting = select(AuthSession).where(AuthSession.staff_id.is_not(None))
        assert (await session.scalars(acting)).all() == []


async def test_no_way_leads_on_to_another_workspace_or_provider(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    there = await _act(staff, cast)
    assert (await there.get("/leave/other", params={"knock": "0" * 64})).status_code == 403
    assert (await there.get("/oauth/github")).status_code == 403


def test_every_change_of_how_one_signs_in_or_what_is_paid_is_the_person_s_own(
    built_app: object,
) -> None:
    """Also of routes that come later: all that people send there is refused."""
    own = ("/settings/password", "/settings/sign-ins", "/settings/profile", "/settings/devices",
           "/settings/danger", "/settings/members", "/settings/notifications", "/billing",
           "/sign-in", "/email", "/oauth", "/leave", "/join", "/workspaces",
           "/welcome")  # fmt: skip
    open_ways = [
        f"{method} {route.path}"
        for route in litestar_in(built_app).routes
        if isinstance(route, HTTPRoute) and route.path.startswith(own)
        for handler in route.route_handlers
        for method in handler.http_methods - {"GET", "HEAD", "OPTIONS"}
        if not is_own_act(str(handler.name), str(method))
    ]
    assert open_ways == []


@pytest.mark.parametrize(
    "route", ["links.erase", "facecams.delete", "domains.add", "domains.remove"]
)
def test_what_nobody_can_undo_is_left_to_the_person(built_app: object, route: str) -> None:
    known = {
        str(handler.name)
        for each in litestar_in(built_app).routes
        if isinstance(each, HTTPRoute)
        for handler in each.route_handlers
    }
    assert route in known
    assert is_own_act(route, "POST")


async def test_staff_do_not_act_as_staff_nor_as_a_stranger(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    async with cast.site.database.session() as session:
        eve = await get_or_create_user(session, "eve@example.com", name="Eve")
    async with cast.site.database.session(workspace_id=cast.acme.id) as session:
        session.add(Membership(workspace_id=cast.acme.id, user_id=eve.id, role="member"))
    path = f"/staff/workspaces/{cast.acme.id}/act-as"
    asked = {"user_id": str(eve.id), "reason": REASON}
    assert (await staff.post(path, data=asked)).status_code == 403
    assert (await _ask(staff, cast, "charlie")).status_code == 404
    assert (await staff.post(path, data={"user_id": str(eve.id)})).status_code == 422


async def test_it_ends_by_itself_and_by_the_button(staff: httpx.AsyncClient, cast: Cast) -> None:
    there = await _act(staff, cast)
    async with cast.site.database.session() as session:
        acting = select(AuthSession).where(AuthSession.staff_id.is_not(None))
        (session_row,) = await session.scalars(acting)
        assert session_row.expires_at <= now() + timedelta(hours=1)
    ended = await there.post("/acting/end")
    assert ended.headers["location"].endswith(f"/staff/workspaces/{cast.acme.id}")
    assert (await there.get("/campaigns")).status_code == 303
    log = (await cast.alice.get("/settings/audit-log.csv")).text
    assert '"stopped acting as Alice"' in log
    there = await _act(staff, cast)
    async with cast.site.database.session() as session:
        late = update(AuthSession).where(AuthSession.staff_id.is_not(None))
        await session.execute(late.values(expires_at=now()))
    assert (await there.get("/campaigns")).status_code == 303
    assert (await cast.alice.get("/campaigns")).status_code == 200
    assert (await cast.alice.post("/acting/end")).status_code == 404


async def test_it_ends_with_the_staff_s_own_session(staff: httpx.AsyncClient, cast: Cast) -> None:
    there = await _act(staff, cast)
    await staff.post("/sign-out")
    assert (await there.get("/campaigns")).status_code == 303


async def test_who_is_no_staff_any_longer_acts_no_more(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    there = await _act(staff, cast)
    async with cast.site.database.session() as session:
        sue = await get_or_create_user(session, "sue@example.com", name="Sue")
        sue.email = "sue@elsewhere.example"
    assert (await there.get("/campaigns")).status_code == 303


async def test_the_way_in_is_for_the_device_of_staff_alone_and_once(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    url = (await _ask(staff, cast)).headers["location"]
    await _walk(cast.charlie_at_door, cast, url)  # who was sent the link
    async with cast.site.database.session() as session:
        assert (
            await session.scalars(select(AuthSession).where(AuthSession.staff_id.is_not(None)))
        ).all() == []
        sue = await get_or_create_user(session, "sue@example.com", name="Sue")
        token = await start_session(session, sue, Browser(HOST, "203.0.113.9", "Other/1.0"))
    other_device = cast.site.visitor(token=token)
    there = cast.site.visitor("acme")
    knocked = await there.get((await _ask(staff, cast)).headers["location"])
    assert urlsplit(knocked.headers["location"]).hostname == HOST
    assert (await other_device.get(knocked.headers["location"])).status_code == 404


async def test_a_suspended_workspace_is_open_to_staff_who_act(
    staff: httpx.AsyncClient, cast: Cast
) -> None:
    path = f"/staff/workspaces/{cast.acme.id}/suspend"
    await staff.post(path, data={"reason": "It is not paid."})
    there = await _act(staff, cast)
    assert (await there.get("/campaigns")).status_code == 200
