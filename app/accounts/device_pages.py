"""Where a person is signed in, and signing out: here, on one device, on all of them.

The list is a page of the settings, and one on the app's host for letters and for people without a
workspace.
"""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.auth_sessions import end_all_devices, end_device, list_devices
from app.accounts.dependencies import Inside, Person, Session
from app.accounts.models import User
from app.accounts.own_host import own_host_only
from app.accounts.session_cookie import delete_session_cookie
from app.web.forms import FormModel, read_form
from app.web.pages import (
    Answer,
    AnyRequest,
    flash,
    page,
    path_for,
    see_other,
    settings_of,
    state_of,
)
from app.web.refusals import NotFound


class EndAllForm(FormModel):
    this: str = ""


@get("/settings/devices", name="settings.devices")
async def devices_settings_page(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Template:
    return await _page(request, session, person, "settings/devices_page.html")


@post("/settings/devices/{device_id:uuid}/sign-out", name="settings.device_end")
async def device_settings_end(
    request: AnyRequest, session: Session, person: Person, member: Inside, device_id: FromPath[UUID]
) -> Answer:
    return await _end(request, session, person, device_id, "settings.devices")


@post("/settings/devices/sign-out", name="settings.devices_end_all")
async def devices_settings_end_all(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Answer:
    return await _end_all(request, session, person, "settings.devices")


@get("/devices", name="devices.page")
async def devices_page(request: AnyRequest, session: Session, person: Person) -> Template:
    return await _page(request, session, person, "accounts/devices_page.html")


@post("/devices/{device_id:uuid}/sign-out", name="devices.end")
async def device_end(
    request: AnyRequest, session: Session, person: Person, device_id: FromPath[UUID]
) -> Answer:
    return await _end(request, session, person, device_id, "devices.page")


@post("/devices/sign-out", name="devices.end_all")
async def devices_end_all(request: AnyRequest, session: Session, person: Person) -> Answer:
    return await _end_all(request, session, person, "devices.page")


@post("/sign-out", name="sign_in.sign_out")
async def sign_out(request: AnyRequest, session: Session) -> Answer:
    state = state_of(request)
    if state["person"] is not None:
        await end_device(session, state["person"].id, state["device_id"])
    return _signed_out(request)


async def _page(
    request: AnyRequest, session: AsyncSession, person: User, template: str
) -> Template:
    devices = await list_devices(session, person.id)
    return page(template, devices=devices, this_id=state_of(request)["device_id"])


async def _end(
    request: AnyRequest, session: AsyncSession, person: User, device_id: UUID, route: str
) -> Answer:
    if not await end_device(session, person.id, device_id):
        raise NotFound
    if device_id == state_of(request)["device_id"]:
        return _signed_out(request)
    return flash(see_other(path_for(request, route)), "good", "That device is signed out.")


async def _end_all(request: AnyRequest, session: AsyncSession, person: User, route: str) -> Answer:
    form = await read_form(request, EndAllForm)
    if form.values["this"] == "stays":
        await end_all_devices(session, person.id, but=state_of(request)["device_id"])
        return flash(see_other(path_for(request, route)), "good", "Other devices are signed out.")
    await end_all_devices(session, person.id)
    return _signed_out(request)


def _signed_out(request: AnyRequest) -> Answer:
    settings = settings_of(request)
    response = see_other(settings.base_url + path_for(request, "sign_in.page"))
    delete_session_cookie(response, settings)
    return response


device_router = Router(
    "/",
    route_handlers=[
        devices_settings_page,
        device_settings_end,
        devices_settings_end_all,
        sign_out,
        Router(
            "/",
            before_request=own_host_only,
            route_handlers=[devices_page, device_end, devices_end_all],
        ),
    ],
)
