"""Settings of a person: setting, changing and removing the password."""

from typing import Any

from litestar import Router, get, post
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.auth_sessions import signed_in_lately
from app.accounts.dependencies import Inside, Person, Session
from app.accounts.models import User
from app.accounts.password_account import PasswordRefused, remove_password, set_password
from app.accounts.password_pages import NewPasswordForm, forgotten_url
from app.accounts.proof import CurrentForm, prove
from app.accounts.rate_limits import RESET_BY_ACCOUNT, count_try
from app.db.session import defer
from app.jobs.catalogue import SEND_PASSWORD_RESET
from app.web.forms import Form, blank_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other, state_of

BY_LETTER = "Ask for a link by e-mail below: it shows that this is you."


class ChangeForm(NewPasswordForm, CurrentForm):
    """The new password, and the present one unless the sign-in is fresh."""


@get("/settings/password", name="settings.password")
async def password_page(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Template:
    return await _page(request, session, person, blank_form())


@post("/settings/password", name="password.change")
async def password_change(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Answer:
    form = await read_form(request, ChangeForm)
    if not form.errors:
        await prove(request, session, person, form, without_password=BY_LETTER)
    if form.errors:
        return await _page(request, session, person, form)
    user, device_id = await session.get_one(User, person.id), state_of(request)["device_id"]
    try:
        link = forgotten_url(request)
        await set_password(session, user, form.data.password, link=link, but=device_id)
    except PasswordRefused as refusal:
        form.add_error("password", str(refusal))
        return await _page(request, session, person, form)
    return _done(request, "Your password is saved. Other devices are signed out.")


@post("/settings/password/remove", name="password.remove")
async def password_remove(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Answer:
    form = await read_form(request, CurrentForm)
    if not form.errors:
        await prove(request, session, person, form, without_password=BY_LETTER, field="removing")
    if form.errors:
        return await _page(request, session, person, form)
    await remove_password(session, await session.get_one(User, person.id))
    return _done(request, "Your password is removed. Sign in by e-mail from now on.")


@post("/settings/password/letter", name="password.send_letter")
async def password_send_letter(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Answer:
    """For who has no password to prove themselves with: the letter proves them."""
    await session.close()  # gives its connection back, which the count needs
    await count_try(request.app.state.database, RESET_BY_ACCOUNT, person.email)
    defer(session, SEND_PASSWORD_RESET, email=person.email)
    return _done(request, f"We sent a link to {person.email}. It works for 15 minutes.")


async def _page(
    request: AnyRequest, session: AsyncSession, person: User, form: Form[Any]
) -> Template:
    return page(
        "settings/password_page.html",
        status=422 if form.errors else 200,
        form=form,
        has_password=person.password_hash is not None,
        is_fresh=await signed_in_lately(session, state_of(request)["device_id"]),
    )


def _done(request: AnyRequest, text: str) -> Answer:
    return flash(see_other(path_for(request, "settings.password")), "good", text)


password_settings_router = Router(
    "/",
    route_handlers=[password_page, password_change, password_remove, password_send_letter],
)
