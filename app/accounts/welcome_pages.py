"""After a first sign-in: what to call this person; on the app's own host."""

from typing import Any

from litestar import Router, get, post
from litestar.params import FromQuery
from litestar.response import Template

from app.accounts.dependencies import Person, Session
from app.accounts.models import User
from app.accounts.own_host import own_host_only
from app.accounts.profile_pages import ProfileForm
from app.web.forms import Form, blank_form, read_form
from app.web.pages import Answer, AnyRequest, page, safe_next_path, see_other


@get("/welcome", name="welcome.page")
async def welcome_page(person: Person, next: FromQuery[str] = "") -> Template:  # noqa: A002
    return _page(blank_form(name=person.name), next)


@post("/welcome", name="welcome.save")
async def welcome_save(
    request: AnyRequest,
    session: Session,
    person: Person,
    next: FromQuery[str] = "",  # noqa: A002
) -> Answer:
    form = await read_form(request, ProfileForm)
    if form.errors:
        return _page(form, next)
    user = await session.get_one(User, person.id)
    user.name = form.data.name
    return see_other(safe_next_path(next))


def _page(form: Form[Any], next_path: str) -> Template:
    status = 422 if form.errors else 200
    return page("accounts/welcome_page.html", status=status, form=form, next=next_path)


welcome_router = Router(
    "/", before_request=own_host_only, route_handlers=[welcome_page, welcome_save]
)
