"""Where Stripe tells that something happened: checked, kept once, and answered at once.

What happened is fetched by a job. A wrong one changes nothing, whoever sends it.
"""

import structlog
from litestar import Response, Router, post
from litestar.enums import MediaType

from app.billing.event_metrics import count_event
from app.billing.inbox import keep_event
from app.billing.stripe_api import EventRefused, read_event
from app.db.session import Database, defer
from app.jobs.catalogue import REFRESH_CUSTOMER
from app.web.pages import AnyRequest, settings_of
from app.web.refusals import NotFound

log = structlog.get_logger()


@post("/webhooks/stripe", name="webhooks.stripe", status_code=200, without_session=True)
async def stripe_webhook(request: AnyRequest) -> Response[str]:
    secret = settings_of(request).stripe_webhook_secret
    if secret is None:
        raise NotFound
    try:
        event = read_event(await request.body(), request.headers.get("stripe-signature"), secret)
    except EventRefused as refused:
        count_event(refused.reason)
        log.warning("stripe_event.refused", reason=refused.reason)
        return _said(f"{refused}\n", 400)
    database: Database = request.app.state.database
    async with database.session() as session:
        is_new = await keep_event(session, event)
        if is_new and event.customer_id:
            defer(session, REFRESH_CUSTOMER, customer_id=event.customer_id)
    count_event("kept" if is_new else "repeated")
    return _said("Kept.\n", 200)


def _said(text: str, status: int) -> Response[str]:
    return Response(text, status_code=status, media_type=MediaType.TEXT)


webhook_router = Router("/", route_handlers=[stripe_webhook])
