"""A forgotten password: asking for a letter and setting another one by it, on the app's host."""

from typing import Any

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from pydantic import Field

from app.accounts.arrivals import arrive
from app.accounts.dependencies import Session
from app.accounts.email_links import LinkNoLongerWorks
from app.accounts.own_host import own_host_only
from app.accounts.password_account import PasswordRefused, reset_password
from app.accounts.rate_limits import (
    RESET_BY_ACCOUNT,
    RESET_BY_ADDRESS,
    count_try,
    network_of,
)
from app.accounts.session_cookie import browser_of
from app.accounts.sign_in_pages import SignInForm
from app.db.session import defer
from app.jobs.catalogue import SEND_PASSWORD_RESET
from app.web.forms import Form, FormModel, blank_form, read_form
from app.web.pages import Answer, AnyRequest, page, path_for, settings_of


class NewPasswordForm(FormModel):
    password: str = Field(title="a password", min_length=1)


@get("/sign-in/forgotten", name="password.forgotten_page")
async def password_forgotten_page(next: FromQuery[str] = "") -> Template:  # noqa: A002
    return _forgotten(blank_form(), next)


@post("/sign-in/forgotten", name="password.send_reset", status_code=200)
async def password_send_reset(
    request: AnyRequest,
    session: Session,
    next: FromQuery[str] = "",  # noqa: A002
) -> Template:
    form = await read_form(request, SignInForm)
    if form.errors:
        return _forgotten(form, next)
    database, email = request.app.state.database, form.data.email
    await count_try(database, RESET_BY_ADDRESS, network_of(browser_of(request).address))
    await count_try(database, RESET_BY_ACCOUNT, email)
    # Whether the address is known is found out by the job: the answer is the same.
    defer(session, SEND_PASSWORD_RESET, email=email)
    return page("accounts/reset_sent_page.html", email=email, minutes=15, next=next)


@get("/sign-in/reset/{token:str}", name="password.reset_page")
async def password_reset_page(token: FromPath[str]) -> Template:
    return _reset(blank_form(), token)


@post("/sign-in/reset/{token:str}", name="password.reset")
async def password_reset(request: AnyRequest, session: Session, token: FromPath[str]) -> Answer:
    form = await read_form(request, NewPasswordForm)
    if form.errors:
        return _reset(form, token)
    try:
        user = await reset_password(session, token, form.data.password, link=forgotten_url(request))
    except PasswordRefused as refusal:
        form.add_error("password", str(refusal))
        return _reset(form, token)
    except LinkNoLongerWorks as refusal:
        form.add_error("", str(refusal))
        return _forgotten(form, "")
    return await arrive(request, session, user, "", tell_of_device=False)


def forgotten_url(request: AnyRequest) -> str:
    """Where a new password is asked for, for letters."""
    return settings_of(request).base_url + path_for(request, "password.forgotten_page")


def _forgotten(form: Form[Any], next_path: str) -> Template:
    status = 422 if form.errors else 200
    return page("accounts/forgotten_page.html", status=status, form=form, next=next_path)


def _reset(form: Form[Any], token: str) -> Template:
    status = 422 if form.errors else 200
    return page("accounts/reset_page.html", status=status, form=form, token=token)


password_router = Router(
    "/",
    before_request=own_host_only,
    route_handlers=[
        password_forgotten_page,
        password_send_reset,
        password_reset_page,
        password_reset,
    ],
)
