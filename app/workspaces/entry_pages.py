"""The first pages after signing in: which workspace, or making the first one."""

from litestar import Router, get, post
from litestar.response import Template
from pydantic import Field, field_validator

from app.accounts.dependencies import Person, Session
from app.web.forms import Form, FormModel, Line, blank_form, read_form
from app.web.pages import Answer, AnyRequest, page, path_for, see_other, settings_of, state_of
from app.workspaces.service import SlugTaken, create_workspace, list_memberships
from app.workspaces.slugs import slug_problem, suggest_slug


class WorkspaceForm(FormModel):
    name: Line = Field(title="your team's name", max_length=80)
    slug: str = Field("", title="an address")

    @field_validator("slug")
    @classmethod
    def _may_be_used(cls, slug: str) -> str:
        slug = slug.strip().lower()
        if slug and (problem := slug_problem(slug)):
            raise ValueError(problem)
        return slug


@get("/", name="home.page")
async def home_page(request: AnyRequest, session: Session, person: Person) -> Answer:
    """The way in: a workspace's own host leads to its campaigns, the app's to the workspace."""
    if state_of(request)["workspace_slug"] is not None:
        return see_other(path_for(request, "campaigns.list"))
    memberships = await list_memberships(session, person.id)
    if not memberships:
        return see_other(path_for(request, "workspaces.new"))
    if len(memberships) > 1:
        return see_other(path_for(request, "workspaces.list"))
    return see_other(settings_of(request).workspace_url(memberships[0].workspace.slug) + "/enter")


@get("/workspaces", name="workspaces.list")
async def workspaces_page(request: AnyRequest, session: Session, person: Person) -> Template:
    memberships = await list_memberships(session, person.id)
    return page(
        "workspaces/workspaces_page.html",
        memberships=memberships,
        workspace_url=settings_of(request).workspace_url,
    )


@get("/workspaces/switcher", name="workspaces.switcher")
async def workspaces_switcher(request: AnyRequest, session: Session, person: Person) -> Template:
    """The part that the sidebar loads when it is opened."""
    settings = settings_of(request)
    return page(
        "workspaces/_switcher.html",
        memberships=await list_memberships(session, person.id),
        current_slug=state_of(request)["workspace_slug"],
        workspace_url=settings.workspace_url,
        base_url=settings.base_url,
    )


@get("/workspaces/new", name="workspaces.new")
async def workspace_new_page(request: AnyRequest, person: Person) -> Template:
    return _new(request, blank_form())


@post("/workspaces/new", name="workspaces.create")
async def workspace_create(request: AnyRequest, session: Session, person: Person) -> Answer:
    form = await read_form(request, WorkspaceForm)
    if form.errors:
        return _new(request, form)
    slug = form.data.slug or suggest_slug(form.data.name)
    try:
        await create_workspace(session, person, form.data.name, slug)
    except SlugTaken as refusal:
        form.add_error("slug", str(refusal))
        return _new(request, form)
    return see_other(settings_of(request).workspace_url(slug) + "/enter")


def _new(request: AnyRequest, form: Form[WorkspaceForm]) -> Template:
    return page(
        "workspaces/workspace_new_page.html",
        status=422 if form.errors else 200,
        form=form,
        host=settings_of(request).host,
    )


entry_router = Router(
    "/",
    route_handlers=[
        home_page,
        workspaces_page,
        workspaces_switcher,
        workspace_new_page,
        workspace_create,
    ],
)
