"""Settings of a person: the ways to sign in, and the accounts at providers among them."""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.dependencies import Inside, Person, Session
from app.accounts.identities import LastWayIn, disconnect_identity, list_identities
from app.accounts.models import Identity
from app.accounts.oauth_configured import Providers
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


@get("/settings/sign-ins", name="settings.sign_ins")
async def sign_ins_page(
    request: AnyRequest, session: Session, person: Person, member: Inside
) -> Template:
    identities = await list_identities(session, person.id)
    providers: Providers = request.app.state.providers
    return page(
        "settings/sign_ins_page.html",
        identities=[(_label(providers, each), each) for each in identities],
        providers=[each for each in providers.values() if not _has(identities, each.key)],
        base_url=settings_of(request).base_url,
        workspace_slug=state_of(request)["workspace_slug"],
        has_password=person.password_hash is not None,
    )


@post("/settings/sign-ins/{identity_id:uuid}/disconnect", name="sign_ins.disconnect")
async def sign_in_disconnect(
    request: AnyRequest,
    session: Session,
    person: Person,
    member: Inside,
    identity_id: FromPath[UUID],
) -> Answer:
    back = see_other(path_for(request, "settings.sign_ins"))
    try:
        if not await disconnect_identity(session, person, identity_id):
            raise NotFound
    except LastWayIn as refusal:
        return flash(back, "bad", str(refusal))
    return flash(back, "good", "Disconnected.")


def _label(providers: Providers, identity: Identity) -> str:
    # One that is no longer configured has no label of its own.
    known = providers.get(identity.provider)
    return (
        known.label
        if known
        else {"google": "Google", "github": "GitHub"}.get(identity.provider, "Single sign-on")
    )


def _has(identities: list[Identity], provider_key: str) -> bool:
    return any(each.provider == provider_key for each in identities)


sign_ins_router = Router("/", route_handlers=[sign_ins_page, sign_in_disconnect])
