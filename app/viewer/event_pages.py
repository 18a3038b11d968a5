"""What a landing page tells of its visit is taken; and that it was opened. See events.py.

Nobody is signed in here and no row is looked up: the page's token says all that there is to know.
"""

from datetime import UTC, datetime

import structlog
from litestar import Response, Router, post
from litestar.params import FromPath
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.rate_limits import network_of
from app.settings import Settings
from app.viewer.address_hashes import AddressHashes
from app.viewer.data_centres import data_centres
from app.viewer.events import MOST_BYTES, Event, Unreadable, possible, read_events
from app.viewer.intake import Intake, IntakeFull, told_of
from app.viewer.page_tokens import PageToken, read
from app.viewer.visit_rates import BY_ADDRESS, BY_VISIT, OPENS_BY_ADDRESS, VisitRates
from app.viewer.visit_signs import Seen, asks_privacy, look_at
from app.web.body_limit import announced_bytes
from app.web.hosts import host_of
from app.web.pages import AnyRequest

log = structlog.get_logger()


class Visits:
    """What handlers find in `app.state.visits`: made once for each process."""

    def __init__(self, settings: Settings, intake: Intake, hashes: AddressHashes) -> None:
        self.intake, self.hashes, self.rates = intake, hashes, VisitRates()
        self.networks = data_centres(settings.scanner_networks)

    def look_at(self, request: AnyRequest) -> Seen:
        return look_at(request.headers, _address(request), host_of(request.scope), self.networks)


def wants_privacy(request: AnyRequest) -> bool:
    """Whether this browser asks not to be tracked; a page's token says so (`new_page`)."""
    return asks_privacy(request.headers)


async def note_opened(request: AnyRequest, page: PageToken) -> None:
    """The visit of this page is kept, scanners' too. To be called after the page was answered: it
    waits for the database, and never raises for it."""
    visits: Visits = request.app.state.visits
    if not visits.rates.allows(OPENS_BY_ADDRESS, ("open", _network(request))):
        return
    seen = visits.look_at(request)
    try:
        hashed = await visits.hashes.hash_address(page.workspace_id, seen.address)
        await visits.intake.take(page, told_of(page, seen, hashed, is_open=True))
    except (IntakeFull, SQLAlchemyError, OSError) as error:
        log.warning("visit.not_kept", reason=type(error).__name__)


@post(
    "/v/{public_id:str}/events",
    name="viewer.events",
    without_session=True,
    quiet=True,
    request_max_body_size=MOST_BYTES + 1,
)
async def visit_events(request: AnyRequest, public_id: FromPath[str]) -> Response[None]:
    """Takes the events; 204 once they are committed."""
    visits: Visits = request.app.state.visits
    if not visits.rates.allows(BY_ADDRESS, _network(request)):
        return _answer(429)
    if announced_bytes(request.scope) > MOST_BYTES or len(await request.body()) > MOST_BYTES:
        return _answer(413)
    return _answer(await _take(request, public_id, await request.body()))


async def _take(request: AnyRequest, public_id: str, body: bytes) -> int:
    """The status to answer with."""
    visits: Visits = request.app.state.visits
    try:
        token, events = read_events(body)
    except Unreadable:
        return 400
    page = read(request.app.state.storage.links.secret, token)
    if page is None or page.public_id != public_id:
        return 403
    if not visits.rates.allows(BY_VISIT, page.visit_id):
        return 429
    return await _keep(request, visits, page, events)


async def _keep(request: AnyRequest, visits: Visits, page: PageToken, events: list[Event]) -> int:
    open_ms = int((datetime.now(UTC) - page.opened_at).total_seconds() * 1000)
    seen = visits.look_at(request)
    kept = possible(events, open_ms, is_private=page.is_private or seen.is_private)
    if not kept:
        return 204
    try:
        hashed = await visits.hashes.hash_address(page.workspace_id, seen.address)
        await visits.intake.take(page, told_of(page, seen, hashed, kept))
    except (IntakeFull, SQLAlchemyError, OSError):
        return 503
    return 204


def _address(request: AnyRequest) -> str:
    return request.client.host if request.client else ""


def _network(request: AnyRequest) -> str:
    """Who is counted as one visitor: all addresses of an IPv6 network are."""
    return network_of(_address(request))


def _answer(status: int) -> Response[None]:
    return Response(None, status_code=status, headers={"Cache-Control": "no-store"})


events_router = Router("/", route_handlers=[visit_events])
