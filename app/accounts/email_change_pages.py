"""Changing one's e-mail address: asked for in the settings, confirmed by the letter's link."""

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app.accounts.auth_sessions import signed_in_lately
from app.accounts.dependencies import Inside, Person, Session
from app.accounts.email_change import AddressTaken, change_email, find_change
from app.accounts.email_links import LinkNoLongerWorks
from app.accounts.models import User
from app.accounts.own_host import own_host_only
from app.accounts.proof import CurrentForm, prove
from app.accounts.rate_limits import EMAIL_BY_PERSON, LINK_BY_ACCOUNT, count_try
from app.db.session import defer
from app.jobs.catalogue import SEND_EMAIL_CHANGE
from app.web.forms import Email, Form, blank_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other, state_of

SIGN_IN_ANEW = "Sign out and in again, then ask within 15 minutes: it shows that this is you."
GONE = (
    "This link no longer works here. It was used already, it is older than 15 minutes, or another "
    "account asked for it."
)
SAME = "This is your address already. Enter the one that you want instead."


class EmailForm(CurrentForm):
    email: Email = Field(title="your new e-mail address")


@get("/settings/profile/email", name="email_change.ask_page")
async def email_change_ask_page(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Template:
    return await _ask_page(request, session, person, blank_form())


@post("/settings/profile/email", name="email_change.ask")
async def email_change_ask(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Answer:
    form = await read_form(request, EmailForm)
    if not form.errors and form.data.email == person.email:
        form.add_error("email", SAME)
    if not form.errors:
        await prove(request, session, person, form, without_password=SIGN_IN_ANEW)
    if form.errors:
        return await _ask_page(request, session, person, form)
    await session.close()  # gives its connection back, which the counts need
    database, email = request.app.state.database, form.data.email
    await count_try(database, EMAIL_BY_PERSON, str(person.id))
    await count_try(database, LINK_BY_ACCOUNT, email)
    # Whether somebody has the address is found out by the job: the answer is the same.
    defer(session, SEND_EMAIL_CHANGE, user_id=str(person.id), email=email)
    said = f"We sent a link to {email}. It works for 15 minutes; until then nothing changes."
    return flash(see_other(path_for(request, "settings.profile")), "good", said)


@get("/email/{token:str}", name="email_change.page", before_request=own_host_only)
async def email_change_page(session: Session, person: Person, token: FromPath[str]) -> Template:
    # Scanners open the links of letters; only a person presses the button.
    link = await find_change(session, person, token)
    if link is None:
        return _confirm_page(token, "", GONE, status=404)
    return _confirm_page(token, link.email, "", status=200)


@post("/email/{token:str}", name="email_change.confirm", before_request=own_host_only)
async def email_change_confirm(
    request: AnyRequest, session: Session, person: Person, token: FromPath[str]
) -> Answer:
    user = await session.get_one(User, person.id)
    try:
        await change_email(session, user, token, but=state_of(request)["device_id"])
    except LinkNoLongerWorks:
        return _confirm_page(token, "", GONE, status=422)
    except AddressTaken as refusal:
        return _confirm_page(token, "", str(refusal), status=422)
    said = f"Your address is {user.email} now. Other devices are signed out."
    return flash(see_other(path_for(request, "workspaces.list")), "good", said)


async def _ask_page(
    request: AnyRequest, session: Session, person: User, form: Form[EmailForm]
) -> Template:
    return page(
        "settings/email_page.html",
        status=422 if form.errors else 200,
        form=form,
        person=person,
        has_password=person.password_hash is not None,
        is_fresh=await signed_in_lately(session, state_of(request)["device_id"]),
    )


def _confirm_page(token: str, email: str, said: str, *, status: int) -> Template:
    return page(
        "accounts/email_change_page.html", status=status, token=token, email=email, said=said
    )


email_change_router = Router(
    "/",
    route_handlers=[
        email_change_ask_page,
        email_change_ask,
        email_change_page,
        email_change_confirm,
    ],
)
