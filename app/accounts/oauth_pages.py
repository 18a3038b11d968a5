"""To a provider and back, on the app's own host: signing in, or connecting a sign-in."""

import re
from urllib.parse import urlencode

from litestar import Router, get
from litestar.params import FromPath, FromQuery
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.arrivals import arrive
from app.accounts.dependencies import Person, Session
from app.accounts.identities import (
    AddressNotConfirmed,
    BelongsToAnother,
    connect_identity,
    sign_in_by_identity,
)
from app.accounts.oauth import (
    ATTEMPT_S,
    Attempt,
    Identity,
    SignInCancelled,
    SignInFailed,
    begin,
    finish,
)
from app.accounts.oauth_attempts import Errand, keep_attempt, take_attempt
from app.accounts.oauth_notices import AttemptGone, Refusal, notice_of, word_of
from app.accounts.oauth_providers import Provider
from app.accounts.own_host import own_host_only
from app.accounts.rate_limits import SIGN_IN_BY_ADDRESS, count_try, network_of
from app.accounts.session_cookie import browser_of
from app.accounts.tokens import new_token
from app.settings import Settings
from app.web.pages import (
    Answer,
    AnyRequest,
    page,
    path_for,
    safe_next_path,
    see_other,
    settings_of,
    state_of,
)
from app.web.refusals import NotFound


@get("/oauth/{provider:str}", name="oauth.start")
async def oauth_start(
    request: AnyRequest,
    provider: FromPath[str],
    next: FromQuery[str] = "",  # noqa: A002
) -> Answer:
    chosen = _provider(request, provider)
    if state_of(request)["person"] is not None:
        return see_other(safe_next_path(next))
    errand = Errand(next_path=safe_next_path(next))
    try:
        attempt, secret = await _begin(request, chosen, errand)
    except SignInFailed as refusal:
        return _refused(request, chosen, errand, refusal)
    return _with_secret(see_other(attempt.url), settings_of(request), secret)


@get("/oauth/{provider:str}/connect", name="oauth.connect")
async def oauth_connect_page(
    request: AnyRequest,
    person: Person,
    provider: FromPath[str],
    workspace: FromQuery[str] = "",
    said: FromQuery[str] = "",
) -> Answer:
    """A page with a link rather than a redirect: nobody else can send this person to connect."""
    chosen, errand = _provider(request, provider), Errand(person.id, workspace)
    notice = notice_of(request.app.state.providers, said)
    try:
        attempt, secret = await _begin(request, chosen, errand)
    except SignInFailed as refusal:
        return _connect(request, chosen, errand, "", ("bad", str(refusal)))
    answer = _connect(request, chosen, errand, attempt.url, notice)
    return _with_secret(answer, settings_of(request), secret)


@get("/oauth/{provider:str}/callback", name="oauth.callback")
async def oauth_callback(request: AnyRequest, session: Session, provider: FromPath[str]) -> Answer:
    chosen, errand = _provider(request, provider), Errand()
    try:
        attempt, errand = await _take(request, chosen)
        back = _callback_url(request, chosen)
        # No transaction is open meanwhile: this waits for the provider.
        proved = await finish(chosen, attempt, back, str(request.url))
        return await _arrive(request, session, chosen, errand, proved)
    except (
        SignInCancelled, SignInFailed, AddressNotConfirmed, BelongsToAnother, AttemptGone
    ) as refusal:  # fmt: skip
        return _refused(request, chosen, errand, refusal)


def _connect(
    request: AnyRequest,
    provider: Provider,
    errand: Errand,
    url: str,
    said: tuple[str, str] | None,
) -> Answer:
    back = _back(request, errand.workspace_slug)
    return page(
        "accounts/oauth_connect_page.html", provider=provider, back=back, url=url, said=said
    )


async def _begin(request: AnyRequest, provider: Provider, errand: Errand) -> tuple[Attempt, str]:
    """A kept attempt and the secret of the browser that may finish it. Raises SignInFailed."""
    database, secret = request.app.state.database, new_token()
    await count_try(database, SIGN_IN_BY_ADDRESS, network_of(browser_of(request).address))
    attempt = await begin(provider, _callback_url(request, provider))
    async with database.session() as session:
        await keep_attempt(session, attempt, errand, secret)
    return attempt, secret


async def _take(request: AnyRequest, provider: Provider) -> tuple[Attempt, Errand]:
    secret = request.cookies.get(_cookie_name(settings_of(request)), "")
    state = request.query_params.get("state", "")
    # Committed at once: the same callback, sent again meanwhile, finds nothing.
    async with request.app.state.database.session() as session:
        taken = await take_attempt(session, provider.key, state, secret)
    if taken is not None:
        return taken
    # Some providers forget the state of those who say no.
    if request.query_params.get("error") == "access_denied":
        raise SignInCancelled(provider.label)
    raise AttemptGone(provider.label)


async def _arrive(
    request: AnyRequest, session: AsyncSession, provider: Provider, errand: Errand, proved: Identity
) -> Answer:
    if errand.user_id is None:
        user = await sign_in_by_identity(session, provider, proved)
        return await arrive(request, session, user, errand.next_path)
    person = state_of(request)["person"]
    if person is None or person.id != errand.user_id:
        raise AttemptGone(provider.label)
    await connect_identity(session, person, provider, proved)
    return see_other(_back(request, errand.workspace_slug))


def _refused(request: AnyRequest, provider: Provider, errand: Errand, refusal: Refusal) -> Answer:
    query = {"said": word_of(provider.key, refusal)}
    if errand.user_id is not None:
        path = path_for(request, "oauth.connect", provider=provider.key)
        query["workspace"] = errand.workspace_slug
    else:
        path = path_for(request, "sign_in.page")
        query["next"] = errand.next_path
    return see_other(f"{path}?{urlencode(query)}")


def _provider(request: AnyRequest, key: str) -> Provider:
    provider: Provider | None = request.app.state.providers.get(key)
    if provider is None:
        raise NotFound
    return provider


def _callback_url(request: AnyRequest, provider: Provider) -> str:
    # From the settings, never from the request: it has to be what the provider was told.
    path = path_for(request, "oauth.callback", provider=provider.key)
    return settings_of(request).base_url + path


def _back(request: AnyRequest, workspace_slug: str) -> str:
    """The list of sign-ins on the workspace's host that the person came from."""
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", workspace_slug):
        return "/"
    url = settings_of(request).workspace_url(workspace_slug)
    return url + path_for(request, "settings.sign_ins")


def _cookie_name(settings: Settings) -> str:
    return "__Host-oauth" if settings.scheme == "https" else "oauth"


def _with_secret(answer: Answer, settings: Settings, secret: str) -> Answer:
    answer.set_cookie(
        key=_cookie_name(settings),
        value=secret,
        max_age=ATTEMPT_S,
        path="/",
        secure=settings.scheme == "https",
        httponly=True,
        samesite="lax",  # the way back comes from another site
    )
    return answer


oauth_router = Router(
    "/",
    before_request=own_host_only,
    route_handlers=[oauth_start, oauth_connect_page, oauth_callback],
)
