"""What follows once somebody has proved who they are: a session, its cookie, the way on."""

from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.auth_sessions import Browser, end_device, list_devices, start_session
from app.accounts.device_words import device_words
from app.accounts.models import User
from app.accounts.session_cookie import browser_of, set_session_cookie
from app.db.base import now
from app.db.session import defer
from app.jobs.catalogue import SEND_LETTER
from app.web.pages import (
    Answer,
    AnyRequest,
    path_for,
    safe_next_path,
    see_other,
    settings_of,
    state_of,
)

JUST_JOINED_S = 60


async def arrive(
    request: AnyRequest,
    session: AsyncSession,
    user: User,
    next_path: str,
    *,
    tell_of_device: bool = True,
) -> Answer:
    """Signed in with a token that nobody had before, and on to `next_path`.

    `tell_of_device`: a letter tells the person of a browser that they are not signed in with. Not
    for those who come by a letter: whoever reads their mail needs no other one.
    """
    browser = browser_of(request)
    if tell_of_device and await _is_other_device(session, user, browser):
        _tell(session, user, browser, settings_of(request).base_url)
    state = state_of(request)
    if state["person"] is not None:
        # The earlier token would live on, unseen, once its cookie is overwritten.
        await end_device(session, state["person"].id, state["device_id"])
    token = await start_session(session, user, browser)
    response = see_other(_way_on(request, user, safe_next_path(next_path)))
    set_session_cookie(response, settings_of(request), token)
    return response


def _way_on(request: AnyRequest, user: User, next_path: str) -> str:
    # The first workspace's page asks for the name as well.
    if user.name or next_path == "/":
        return next_path
    return f"{path_for(request, 'welcome.page')}?{urlencode({'next': next_path})}"


async def _is_other_device(session: AsyncSession, user: User, browser: Browser) -> bool:
    if (now() - user.created_at).total_seconds() < JUST_JOINED_S:
        return False
    known = {each.device for each in await list_devices(session, user.id)}
    return device_words(browser.user_agent) not in known


def _tell(session: AsyncSession, user: User, browser: Browser, base_url: str) -> None:
    context = {
        "device": device_words(browser.user_agent),
        "place": f"Address {browser.address}",
        "time": now().isoformat(timespec="seconds"),
        "link": f"{base_url}/devices",
    }
    defer(session, SEND_LETTER, letter="sign_in_notice", to=user.email, context=context)
