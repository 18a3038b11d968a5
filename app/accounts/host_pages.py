"""The way of a signed-in browser from the app's host to a workspace's; a cookie is for one host.

`/enter` on the workspace's host leaves a secret in the browser and sends its hash to `/leave` on
the app's host, which makes a token bound to that hash; `/enter` then swaps token and secret for a
session. A link made by somebody else signs nobody in: the secret is not in the victim's browser.

Staff who are to act as somebody go the same way with `act_as`, which only their own device can use.
"""

import re
from urllib.parse import urlencode

from litestar import Router, get
from litestar.params import FromPath, FromQuery
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.auth_sessions import start_session
from app.accounts.dependencies import Person, Session
from app.accounts.email_links import LinkNoLongerWorks, make_host_change, use_link
from app.accounts.models import AuthSession, EmailLink, User
from app.accounts.session_cookie import browser_of, set_session_cookie
from app.accounts.tokens import bound_to, new_token, token_hash
from app.web.pages import (
    Answer,
    AnyRequest,
    path_for,
    safe_next_path,
    see_other,
    settings_of,
    state_of,
)
from app.web.refusals import NotAllowed, NotFound

KNOCK_COOKIE = "knock"
KNOCK_FOR_S = 600  # long enough to sign in by a letter on the way


@get("/leave/{slug:str}", name="hosts.leave")
async def host_leave(
    request: AnyRequest,
    session: Session,
    person: Person,
    slug: FromPath[str],
    next: FromQuery[str] = "/",  # noqa: A002
    knock: FromQuery[str] = "",
    act_as: FromQuery[str] = "",
) -> Answer:
    if not re.fullmatch(r"[a-z0-9-]{1,63}", slug) or not re.fullmatch(r"[0-9a-f]{64}|", knock):
        raise NotFound
    query = {"next": safe_next_path(next)}
    if knock:
        query["token"] = await _let_in(request, session, slug, query["next"], knock, act_as)
    door = settings_of(request).workspace_url(slug) + path_for(request, "hosts.enter")
    return see_other(f"{door}?{urlencode(query)}")


@get("/enter", name="hosts.enter")
async def host_enter(
    request: AnyRequest,
    session: Session,
    next: FromQuery[str] = "/",  # noqa: A002
    token: FromQuery[str] = "",
    act_as: FromQuery[str] = "",
) -> Answer:
    slug, secret = state_of(request)["workspace_slug"], request.cookies.get(KNOCK_COOKIE)
    if slug is None:
        raise NotFound
    if not token:
        return _knock(request, slug, safe_next_path(next), act_as)
    if not secret:
        raise NotAllowed(
            "This browser keeps no cookies for this site. Allow them and sign in again."
        )
    try:
        link = await use_link(session, "enter", bound_to(token, slug))
    except LinkNoLongerWorks:  # the back button
        return see_other(safe_next_path(next))
    if link.browser_sha256 != token_hash(secret):
        raise NotFound
    session_token = await _start(request, session, link)
    response = see_other(safe_next_path(link.next_path))
    set_session_cookie(response, settings_of(request), session_token)
    return response


async def _let_in(
    request: AnyRequest, session: Session, slug: str, next_path: str, knock: str, act_as: str
) -> str:
    """The token for who is signed in here, or with `act_as` for whom they may act as there.
    Raises NotFound for another workspace than the one they were let into: it was told of nothing.
    """
    auth_session: AuthSession = state_of(request)["auth_session"]
    as_user_id = None
    if act_as:
        try:
            allowed = await use_link(session, "act_as", bound_to(act_as, slug))
        except LinkNoLongerWorks:
            raise NotFound from None
        if allowed.session_id != state_of(request)["device_id"]:
            raise NotFound
        as_user_id = allowed.user_id
    knocked = bytes.fromhex(knock)
    return await make_host_change(
        session, auth_session, slug, knocked, next_path, as_user_id=as_user_id
    )


async def _start(request: AnyRequest, session: Session, link: EmailLink) -> str:
    """The session's token. One as somebody else than whose device it is, is staff's."""
    parent = await session.scalar(
        select(AuthSession)
        .options(joinedload(AuthSession.user))
        .where(AuthSession.id == link.session_id)
    )
    user = await session.get(User, link.user_id) if link.user_id else None
    if parent is None or user is None:  # signed out everywhere in the meantime
        raise NotFound
    staff_id = parent.user_id if parent.user_id != user.id else None
    return await start_session(session, user, browser_of(request), parent=parent, staff_id=staff_id)


def _knock(request: AnyRequest, slug: str, next_path: str, act_as: str) -> Answer:
    settings, secret = settings_of(request), new_token()
    leave = settings.base_url + path_for(request, "hosts.leave", slug=slug)
    query = {"next": next_path, "knock": token_hash(secret).hex()}
    if act_as:
        query["act_as"] = act_as
    response = see_other(f"{leave}?{urlencode(query)}")
    response.set_cookie(
        key=KNOCK_COOKIE,
        value=secret,
        max_age=KNOCK_FOR_S,
        path="/",
        secure=settings.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


host_router = Router("/", route_handlers=[host_leave, host_enter])
