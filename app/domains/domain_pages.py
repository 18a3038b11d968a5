"""Settings of a workspace: its own domains, the records each needs, and what was found of them."""

from typing import Any
from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template
from pydantic import Field

from app.accounts.dependencies import Person, Session
from app.billing.plan_fits import Need, offer_for
from app.billing.plans import workspace_plan
from app.domains.cards import cards_of
from app.domains.names import EXAMPLE, DomainRefused, name_of
from app.domains.records import wanted_for
from app.domains.service import (
    ASKED_AGAIN_AFTER,
    Asked,
    add_domain,
    ask_for_check,
    get_domain,
    list_domains,
    remove_domain,
)
from app.web.forms import Form, FormModel, Line, blank_form, read_form
from app.web.pages import Answer, AnyRequest, flash, page, path_for, see_other, settings_of
from app.workspaces.dependencies import Member, require_manager
from app.workspaces.models import Membership

ASKED: dict[Asked, str] = {
    "asked": "The records are being looked up now.",
    "under_way": "They are being looked up already. What is found appears here.",
    "just_done": (
        f"They were looked up less than {int(ASKED_AGAIN_AFTER.total_seconds())} seconds ago."
    ),
}


class DomainForm(FormModel):
    domain: Line = Field(title=f"a domain such as {EXAMPLE}")


@get("/settings/domains", name="settings.domains")
async def domains_page(request: AnyRequest, session: Session, member: Member) -> Template:
    return await _page(request, session, member)


@post("/settings/domains", name="domains.add")
async def domain_add(
    request: AnyRequest, session: Session, person: Person, member: Member
) -> Answer:
    require_manager(member)
    form = await read_form(request, DomainForm)
    if not form.errors:
        try:
            domain = await add_domain(session, settings_of(request), person, form.data.domain)
        except DomainRefused as refusal:
            form.add_error("domain", str(refusal))
    if form.errors:
        return await _page(request, session, member, form)
    return _back(request, f"{name_of(domain.host).shown} is added. Make its records now.")


@post("/settings/domains/{custom_domain_id:uuid}/check", name="domains.check")
async def domain_check(
    request: AnyRequest, session: Session, member: Member, custom_domain_id: FromPath[UUID]
) -> Answer:
    domain = await get_domain(session, custom_domain_id)
    require_manager(member)
    return _back(request, ASKED[await ask_for_check(session, domain)])


@post("/settings/domains/{custom_domain_id:uuid}/remove", name="domains.remove")
async def domain_remove(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Member,
    custom_domain_id: FromPath[UUID],
) -> Answer:
    domain = await get_domain(session, custom_domain_id)
    require_manager(member)
    await remove_domain(session, person, domain)
    return _back(request, f"{name_of(domain.host).shown} is removed.")


async def _page(
    request: AnyRequest, session: Session, member: Membership, form: Form[Any] | None = None
) -> Template:
    settings, (plan, _) = settings_of(request), await workspace_plan(session)
    return page(
        "domains/domains_page.html",
        status=422 if form else 200,
        cards=cards_of(settings, list(await list_domains(session))),
        form=form or blank_form(),
        can_manage=member.can_manage,
        plan=plan,
        offer=None if plan.custom_domain else offer_for(plan, Need(custom_domain=True)),
        home=settings.workspace_url(member.workspace.slug).partition("://")[2],
        takes_apex=bool(settings.domain_addresses),
        target=wanted_for(settings, "", "").target,
        withdraw_days=settings.domain_withdraw_days,
        is_local=settings.host_name == "localhost" and settings.domain_target is None,
    )


def _back(request: AnyRequest, text: str) -> Answer:
    return flash(see_other(path_for(request, "settings.domains")), "good", text)


domain_router = Router("/", route_handlers=[domains_page, domain_add, domain_check, domain_remove])
