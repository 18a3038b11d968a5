"""Settings of a person: which letters to get."""

from litestar import Router, get, post
from litestar.response import Template

from app.accounts.dependencies import Inside, Person, Session
from app.accounts.models import User
from app.accounts.notifications import CHOICES, choose_notifications, wants
from app.web.forms import FormModel, blank_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other


@get("/settings/notifications", name="settings.notifications")
async def notifications_page(person: Person, member: Inside) -> Template:
    form = blank_form(**{each.kind: "on" for each in CHOICES if wants(person, each.kind)})
    return page("settings/notifications_page.html", form=form, choices=CHOICES)


@post("/settings/notifications", name="notifications.save")
async def notifications_save(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Answer:
    # Switches: what is off is not sent, and nothing that is sent can be wrong.
    form = await read_form(request, FormModel)
    chosen = {name for name, value in form.values.items() if value == "on"}
    choose_notifications(await session.get_one(User, person.id), chosen)
    return flash(see_other(path_for(request, "settings.notifications")), "good", "Saved.")


notification_router = Router("/", route_handlers=[notifications_page, notifications_save])
