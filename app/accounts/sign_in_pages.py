"""Signing in by a letter's link or a password, on the app's own host."""

from typing import Any

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from pydantic import Field

from app.accounts.arrivals import arrive
from app.accounts.dependencies import Session
from app.accounts.email_links import LinkNoLongerWorks
from app.accounts.oauth_notices import notice_of
from app.accounts.own_host import own_host_only
from app.accounts.password_account import WrongPassword, sign_in_by_password
from app.accounts.passwords import MAX_CHARS
from app.accounts.rate_limits import (
    LINK_BY_ACCOUNT,
    LINK_BY_ADDRESS,
    SIGN_IN_BY_ACCOUNT,
    SIGN_IN_BY_ADDRESS,
    count_try,
    network_of,
)
from app.accounts.session_cookie import browser_of
from app.accounts.sign_in import sign_in_by_link
from app.db.session import defer
from app.jobs.catalogue import SEND_SIGN_IN_LINK
from app.web.forms import Email, Form, FormModel, blank_form, read_form
from app.web.pages import (
    Answer,
    AnyRequest,
    page,
    page_for_anybody,
    safe_next_path,
    see_other,
    state_of,
)


class SignInForm(FormModel):
    email: Email = Field(title="your e-mail address")


class PasswordForm(SignInForm):
    password: str = Field(title="your password", min_length=1, max_length=MAX_CHARS)


@get("/sign-in", name="sign_in.page")
async def sign_in_page(
    request: AnyRequest,
    next: FromQuery[str] = "",  # noqa: A002
    said: FromQuery[str] = "",
) -> Answer:
    if state_of(request)["person"] is not None:
        return see_other(safe_next_path(next))
    notice = notice_of(request.app.state.providers, said)
    return _sign_in(request, blank_form(), next, notice=notice)


@post("/sign-in/link", name="sign_in.send_link", status_code=200)
async def sign_in_send_link(
    request: AnyRequest,
    session: Session,
    next: FromQuery[str] = "",  # noqa: A002
) -> Answer:
    form = await read_form(request, SignInForm)
    if form.errors:
        return _sign_in(request, form, next)
    database, email = request.app.state.database, form.data.email
    await count_try(database, LINK_BY_ADDRESS, network_of(browser_of(request).address))
    await count_try(database, LINK_BY_ACCOUNT, email)
    defer(session, SEND_SIGN_IN_LINK, email=email, next_path=safe_next_path(next))
    # The same answer whether the address is known or not.
    return page("accounts/letter_sent_page.html", email=email, minutes=15, next=next)


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
        return _sign_in(request, form, "")
    return await arrive(request, session, user, next_path, tell_of_device=False)


@get("/sign-in/password", name="sign_in.password_page")
async def sign_in_password_page(request: AnyRequest, next: FromQuery[str] = "") -> Answer:  # noqa: A002
    if state_of(request)["person"] is not None:
        return see_other(safe_next_path(next))
    return _password(blank_form(), next)


@post("/sign-in/password", name="sign_in.by_password")
async def sign_in_with_password(
    request: AnyRequest,
    session: Session,
    next: FromQuery[str] = "",  # noqa: A002
) -> Answer:
    form = await read_form(request, PasswordForm)
    if form.errors:
        return _password(form, next)
    database, email = request.app.state.database, form.data.email
    await count_try(database, SIGN_IN_BY_ADDRESS, network_of(browser_of(request).address))
    await count_try(database, SIGN_IN_BY_ACCOUNT, email)
    try:
        user = await sign_in_by_password(session, email, form.data.password)
    except WrongPassword as refusal:
        form.add_error("", str(refusal))
        return _password(form, next)
    return await arrive(request, session, user, next)


def _sign_in(
    request: AnyRequest, form: Form[Any], next_path: str, *, notice: tuple[str, str] | None = None
) -> Answer:
    context = {
        "form": form,
        "next": next_path,
        "notice": notice,
        "providers": list(request.app.state.providers.values()),
    }
    if not form.errors:
        # Most who come here have typed nothing yet; the providers are the same for everybody.
        return page_for_anybody(
            request, "accounts/sign_in_page.html", (next_path, notice), **context
        )
    return page("accounts/sign_in_page.html", status=422, **context)


def _password(form: Form[Any], next_path: str) -> Template:
    status = 422 if form.errors else 200
    return page("accounts/sign_in_password_page.html", status=status, form=form, next=next_path)


sign_in_router = Router(
    "/",
    before_request=own_host_only,
    route_handlers=[
        sign_in_page,
        sign_in_send_link,
        sign_in_link_page,
        sign_in_with_link,
        sign_in_password_page,
        sign_in_with_password,
    ],
)
