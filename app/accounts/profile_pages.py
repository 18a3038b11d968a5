"""Settings of a person: the name and the picture that the team sees."""

from typing import Any

from litestar import Router, get, post
from litestar.response import Template
from pydantic import Field
from starlette.responses import Response as FileAnswer

from app.accounts.avatars import AVATAR_PX, remove_avatar, set_avatar
from app.accounts.dependencies import Inside, Person, Session
from app.accounts.models import User
from app.web.forms import Form, FormModel, Line, blank_form, read_form
from app.web.images import PICTURE_BODY_BYTES, PictureRefused, find_upload, read_picture
from app.web.media import media_response
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other
from app.web.refusals import NotFound


class ProfileForm(FormModel):
    name: Line = Field(title="your name", max_length=120)


@get("/settings", name="settings.page")
async def settings_page(request: AnyRequest, member: Inside) -> Answer:
    return _to_profile(request)


@get("/settings/profile", name="settings.profile")
async def profile_page(person: Person, member: Inside) -> Template:
    return _page(person, blank_form(name=person.name))


@post("/settings/profile", name="profile.save")
async def profile_save(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Answer:
    form = await read_form(request, ProfileForm)
    if form.errors:
        return _page(person, form)
    user = await session.get_one(User, person.id)
    user.name = form.data.name
    return flash(_to_profile(request), "good", "Saved.")


@post(
    "/settings/profile/avatar",
    name="profile.set_avatar",
    request_max_body_size=PICTURE_BODY_BYTES,
)
async def profile_set_avatar(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Answer:
    await session.close()  # gives its connection back while the picture is drawn
    try:
        upload = await find_upload(request, "picture")
        if upload is None:
            raise PictureRefused("Choose a picture first.")
        webp = await read_picture(upload, size_px=AVATAR_PX, square=True)
    except PictureRefused as refusal:
        form = blank_form(name=person.name)
        form.add_error("picture", str(refusal))
        return _page(person, form)
    await set_avatar(
        session, request.app.state.storage, await session.get_one(User, person.id), webp
    )
    return flash(_to_profile(request), "good", "Your picture is saved.")


@post("/settings/profile/avatar/remove", name="profile.remove_avatar")
async def profile_remove_avatar(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Answer:
    await remove_avatar(session, request.app.state.storage, await session.get_one(User, person.id))
    return flash(_to_profile(request), "good", "Your picture is removed.")


@get("/settings/profile/avatar", name="profile.avatar")
async def profile_avatar(request: AnyRequest, person: Person, member: Inside) -> FileAnswer:
    if person.avatar_key is None:
        raise NotFound
    return await media_response(request.app.state.storage, person.avatar_key, request)


def _page(person: User, form: Form[Any]) -> Template:
    return page(
        "settings/profile_page.html", status=422 if form.errors else 200, form=form, person=person
    )


def _to_profile(request: AnyRequest) -> Answer:
    return see_other(path_for(request, "settings.profile"))


profile_router = Router(
    "/",
    route_handlers=[
        settings_page,
        profile_page,
        profile_save,
        profile_set_avatar,
        profile_remove_avatar,
        profile_avatar,
    ],
)
