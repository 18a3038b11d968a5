"""The first pages after signing in: which workspace, or making the first one."""

from typing import Any

from litestar import Router, get, post
from litestar.params import FromQuery
from litestar.response import Template

from app.accounts.dependencies import Person, Session
from app.accounts.own_host import own_host_only
from app.templating import with_query
from app.web.forms import Form, blank_form, read_form
from app.web.pages import Answer, AnyRequest, page, path_for, see_other, settings_of, state_of
from app.web.refusals import NotFound
from app.workspaces.service import (
    SlugTaken,
    create_workspace,
    create_workspace_somewhere,
    find_membership,
    list_memberships,
)
from app.workspaces.slugs import slug_problem, suggest_slug
from app.workspaces.workspace_forms import CreationForm


@get("/", name="home.page")
async def home_page(request: AnyRequest, session: Session, person: Person) -> Answer:
    """The way in: a workspace's own host leads to its campaigns, the app's to the workspace."""
    slug = state_of(request)["workspace_slug"]
    if slug is not None:
        if await find_membership(session, person.id, slug) is None:
            raise NotFound
        return see_other(path_for(request, "campaigns.list"))
    memberships = await list_memberships(session, person.id)
    if not memberships:
        return see_other(path_for(request, "workspaces.new"))
    if len(memberships) > 1:
        return see_other(path_for(request, "workspaces.list"))
    return see_other(settings_of(request).workspace_url(memberships[0].workspace.slug) + "/enter")


@get("/workspaces", name="workspaces.list", before_request=own_host_only)
async def workspaces_page(request: AnyRequest, session: Session, person: Person) -> Template:
    settings = settings_of(request)
    return page(
        "workspaces/workspaces_page.html",
        memberships=await list_memberships(session, person.id),
        workspace_url=settings.workspace_url,
        host=settings.host,
    )


@get("/workspaces/switcher", name="workspaces.switcher")
async def workspaces_switcher(request: AnyRequest, session: Session, person: Person) -> Template:
    """The part that the sidebar loads when it is opened; on every host, about the person alone."""
    settings = settings_of(request)
    return page(
        "workspaces/_switcher.html",
        memberships=await list_memberships(session, person.id),
        current_slug=state_of(request)["workspace_slug"],
        workspace_url=settings.workspace_url,
        base_url=settings.base_url,
    )


@get("/workspaces/new", name="workspaces.new", before_request=own_host_only)
async def workspace_creation_page(request: AnyRequest, person: Person) -> Answer:
    if not person.name:
        here = path_for(request, "workspaces.new")
        return see_other(with_query(path_for(request, "welcome.page"), next=here))
    return _creation(request, blank_form())


@get("/workspaces/new/address", name="workspaces.address", before_request=own_host_only)
async def workspace_address(
    request: AnyRequest, person: Person, name: FromQuery[str] = "", slug: FromQuery[str] = ""
) -> Template:
    """The part that says where the workspace will be, while its name is typed."""
    return page("workspaces/_address.html", **_address(request, name, slug))


@post("/workspaces/new", name="workspaces.create", before_request=own_host_only)
async def workspace_create(request: AnyRequest, session: Session, person: Person) -> Answer:
    form = await read_form(request, CreationForm)
    if form.errors:
        return _creation(request, form)
    name, slug = form.data.name, form.data.slug
    try:
        if slug:
            workspace = await create_workspace(session, person, name, slug)
        else:
            workspace = await create_workspace_somewhere(session, person, name)
    except SlugTaken as refusal:
        form.add_error("slug", str(refusal))
        return _creation(request, form)
    return see_other(settings_of(request).workspace_url(workspace.slug) + "/enter")


def _creation(request: AnyRequest, form: Form[Any]) -> Template:
    return page(
        "workspaces/workspace_creation_page.html",
        status=422 if form.errors else 200,
        form=form,
        # What is wrong with an address is said beside its field, and not twice.
        **_address(
            request, form.values["name"], "" if "slug" in form.errors else form.values["slug"]
        ),
    )


def _address(request: AnyRequest, name: str, slug: str) -> dict[str, Any]:
    """Where the workspace would be, and why not there."""
    wanted = slug.strip().lower() or (suggest_slug(name) if name.strip() else "")
    problem = slug_problem(wanted) if wanted else None
    return {"host": settings_of(request).host, "address": wanted, "address_problem": problem or ""}


entry_router = Router(
    "/",
    route_handlers=[
        home_page,
        workspaces_page,
        workspaces_switcher,
        workspace_creation_page,
        workspace_address,
        workspace_create,
    ],
)
