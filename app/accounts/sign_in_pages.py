"""Signing in by a letter's link, and signing out."""

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from pydantic import Field

from app.accounts.auth_sessions import end_device, start_session
from app.accounts.dependencies import Session
from app.accounts.email_links import LinkNoLongerWorks
from app.accounts.rate_limits import LINK_BY_ACCOUNT, LINK_BY_ADDRESS, count_try
from app.accounts.session_cookie import browser_of, delete_session_cookie, set_session_cookie
from app.accounts.sign_in import sign_in_by_link
from app.db.session import defer
from app.jobs.catalogue import SEND_SIGN_IN_LINK
from app.web.forms import Email, Form, FormModel, blank_form, read_form
from app.web.pages import (
    Answer,
    AnyRequest,
    page,
    path_for,
    safe_next_path,
    see_other,
    settings_of,
    state_of,
)


class SignInForm(FormModel):
    email: Email = Field(title="your e-mail address")


@get("/sign-in", name="sign_in.page")
async def sign_in_page(request: AnyRequest, next: FromQuery[str] = "") -> Answer:  # noqa: A002
    if state_of(request)["person"] is not None:
        return see_other(safe_next_path(next))
    return _sign_in(blank_form(), next)


@post("/sign-in/link", name="sign_in.send_link", status_code=200)
async def sign_in_send_link(
    request: AnyRequest,
    session: Session,
    next: FromQuery[str] = "",  # noqa: A002
) -> Template:
    form = await read_form(request, SignInForm)
    if form.errors:
        return _sign_in(form, next)
    database, email = request.app.state.database, form.data.email
    await count_try(database, LINK_BY_ADDRESS, browser_of(request).address)
    await count_try(database, LINK_BY_ACCOUNT, email)
    defer(session, SEND_SIGN_IN_LINK, email=email, next_path=safe_next_path(next))
    # The same answer whether the address is known or not.
    return page("accounts/letter_sent_page.html", email=email, minutes=15)


@get("/sign-in/link/{token:str}", name="sign_in.link_page")
async def sign_in_link_page(token: FromPath[str]) -> Template:
    # Scanners open the links of letters; only a person presses the button.
    return page("accounts/sign_in_link_page.html", token=token)


@post("/sign-in/link/{token:str}", name="sign_in.by_link")
async def sign_in_with_link(request: AnyRequest, session: Session, token: FromPath[str]) -> Answer:
    try:
        user, next_path = await sign_in_by_link(session, token)
    except LinkNoLongerWorks as refusal:
        form: Form[SignInForm] = blank_form()
        form.add_error("", str(refusal))
        return _sign_in(form, "")
    session_token = await start_session(session, user, browser_of(request))
    response = see_other(safe_next_path(next_path))
    set_session_cookie(response, settings_of(request), session_token)
    return response


@post("/sign-out", name="sign_in.sign_out")
async def sign_out(request: AnyRequest, session: Session) -> Answer:
    state = state_of(request)
    if state["person"] is not None:
        await end_device(session, state["person"].id, state["device_id"])
    settings = settings_of(request)
    response = see_other(settings.base_url + path_for(request, "sign_in.page"))
    delete_session_cookie(response, settings)
    return response


def _sign_in(form: Form[SignInForm], next_path: str) -> Template:
    status = 422 if form.errors else 200
    return page("accounts/sign_in_page.html", status=status, form=form, next=next_path)


sign_in_router = Router(
    "/",
    route_handlers=[
        sign_in_page,
        sign_in_send_link,
        sign_in_link_page,
        sign_in_with_link,
        sign_out,
    ],
)
