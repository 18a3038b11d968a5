"""The password of a link, and a lead's right to have what is kept of it deleted."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.params import FromPath
from pydantic import Field

from app.accounts.passwords import check_password_async
from app.accounts.rate_limits import RateLimit, count_try, network_of
from app.accounts.session_cookie import browser_of
from app.db.session import Database
from app.phrases import plural
from app.viewer.addresses import PAGE
from app.viewer.dependencies import Looked, look_up, memory_of
from app.viewer.erasing import erase_lead
from app.viewer.landing import CLOSED
from app.viewer.landing_pages import password_answer
from app.viewer.link import LinkLead
from app.viewer.link_states import PASSWORD_CHARS
from app.viewer.page_answers import answer, closed_answer, drawn_of
from app.viewer.password_cookie import set_unlocked
from app.web.forms import FormModel, read_form
from app.web.pages import AnyRequest, see_other
from app.web.refusals import TooManyTries

# By link: a guesser may have many addresses. By address: a guesser may have many links.
PASSWORD_BY_LINK = RateLimit("link-password", 20, 900)
PASSWORD_BY_ADDRESS = RateLimit("link-password-address", 50, 900)
ERASE_BY_ADDRESS = RateLimit("link-erase-address", 20, 3600)
WRONG = "This is not the password. Check it with whoever sent you the link."


class PasswordForm(FormModel):
    password: str = Field(title="the password", min_length=1, max_length=PASSWORD_CHARS[1])


@post(PAGE + "/password", name="viewer.password", without_session=True)
async def landing_password(request: AnyRequest, public_id: FromPath[str]) -> Response[Any]:
    """The right one leads to the page, which this browser may see for half a day."""
    looked = await look_up(request, public_id)
    state = looked.state(request)
    own = looked.place.path(public_id)
    if looked.link is None or state in CLOSED:
        return closed_answer(request, looked, state)
    if state != "password":
        return see_other(own)
    form = await read_form(request, PasswordForm)
    if form.errors:
        return password_answer(request, looked, error=form.errors["password"], status=422)
    try:
        await _count(request, looked)
    except TooManyTries as refusal:
        refused = password_answer(request, looked, error=str(refusal), status=429)
        refused.headers["Retry-After"] = str(refusal.retry_after_s)
        return refused
    if not await check_password_async(looked.link.password_hash, form.data.password):
        return password_answer(request, looked, error=WRONG, status=422)
    opened = see_other(own)
    set_unlocked(opened, request, looked.link, looked.place)
    return opened


@get(PAGE + "/delete-my-data", name="viewer.erase_page", without_session=True)
async def erase_page(request: AnyRequest, public_id: FromPath[str]) -> Response[Any]:
    """What is kept, and the button. A link that is closed still lets its lead be forgotten; one
    that asks for a password asks for it here, too."""
    looked = await look_up(request, public_id)
    state = looked.state(request)
    if state in {"gone", "erased"}:
        return closed_answer(request, looked, state)
    if state == "password":
        return password_answer(request, looked)
    return _erase_answer(request, looked)


@post(PAGE + "/delete-my-data", name="viewer.erase", without_session=True)
async def landing_erase(request: AnyRequest, public_id: FromPath[str]) -> Response[Any]:
    looked = await look_up(request, public_id)
    state = looked.state(request)
    if looked.link is None or state in {"gone", "erased"}:
        return closed_answer(request, looked, state)
    if state == "password":
        return password_answer(request, looked, status=403)
    database: Database = request.app.state.database
    await count_try(database, ERASE_BY_ADDRESS, network_of(browser_of(request).address))
    workspace_id = looked.link.workspace_id
    async with database.session(workspace_id=workspace_id) as session:
        await erase_lead(session, public_id)
    memory_of(request).forget(workspace_id, public_id)
    return _erase_answer(request, looked, is_done=True)


def _erase_answer(request: AnyRequest, looked: Looked, *, is_done: bool = False) -> Response[Any]:
    drawn = drawn_of(
        request,
        looked,
        "erased",  # the brand and the footer, and nothing of the lead
        "viewer/erase_page.html",
        is_done,
        erase_url=looked.place.path(looked.public_id, "delete-my-data"),
        is_done=is_done,
        kept=kept_words(looked),
    )
    return answer(drawn)


def kept_words(looked: Looked) -> list[str]:
    """What is kept of the lead, by its kind: who has the link need not be the lead."""
    link = looked.link
    lead = link.lead if link else None
    kept = []
    if lead is not None:
        named = ("name", lead.name), ("e-mail address", lead.email), ("company", lead.company)
        kept = [f"Your {word}" for word, value in named if value]
        if count := _further_columns(lead):
            kept.append(f"{plural(count, 'further column', 'further columns')} of the team’s list")
    if link is not None and link.video is not None:
        kept.append("The video that was made for you, and pictures of it")
    return [*kept, "When this page was opened, and how much of the video was watched"]


def _further_columns(lead: LinkLead) -> int:
    """How many cells say something else; what a team calls its columns is between its people."""
    told = {"", lead.name, lead.email, lead.company}
    return sum(
        cell.strip() not in told and header not in lead.name_columns
        for header, cell in zip(lead.headers, lead.cells, strict=False)
    )


async def _count(request: AnyRequest, looked: Looked) -> None:
    database: Database = request.app.state.database
    assert looked.link is not None  # noqa: S101
    await count_try(database, PASSWORD_BY_ADDRESS, network_of(browser_of(request).address))
    await count_try(
        database, PASSWORD_BY_LINK, f"{looked.link.workspace_id}:{looked.link.public_id}"
    )


trust_router = Router("/", route_handlers=[landing_password, erase_page, landing_erase])
