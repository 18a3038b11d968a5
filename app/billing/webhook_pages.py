"""Where Stripe tells that something happened: checked, kept once, and answered at once.

What happened is fetched by a job. A wrong one changes nothing, whoever sends it.
"""

from typing import Any

import structlog
from litestar import Response, Router, post
from litestar.enums import MediaType

from app.billing.event_intake import EventIntake
from app.billing.event_metrics import count_event
from app.billing.stripe_api import EventRefused, read_event
from app.web.pages import AnyRequest
from app.web.refusals import NotFound

log = structlog.get_logger()

PATH = "/webhooks/stripe"


async def answer_event(state: Any, body: bytes, signature: str | None) -> tuple[int, str]:
    """What Stripe is told, in a status and a line: 200 once the event is kept. `state` is the
    application's. Raises NotFound where nothing is sold."""
    secret = state.settings.stripe_webhook_secret
    if secret is None:
        raise NotFound
    try:
        event = read_event(body, signature, secret)
    except EventRefused as refused:
        count_event(refused.reason)
        log.warning("stripe_event.refused", reason=refused.reason)
        return 400, f"{refused}\n"
    intake: EventIntake = state.stripe_events
    try:
        await intake.take(event)
    except Exception:
        # Told in the log, with its cause. Stripe sends it again.
        return 503, "Not kept; send it again.\n"
    return 200, "Kept.\n"


# Quiet in the log of requests: a line for each batch says more, and costs less.
@post(PATH, name="webhooks.stripe", status_code=200, without_session=True, quiet=True)
async def stripe_webhook(request: AnyRequest) -> Response[str]:
    signature = request.headers.get("stripe-signature")
    status, text = await answer_event(request.app.state, await request.body(), signature)
    return Response(text, status_code=status, media_type=MediaType.TEXT)


webhook_router = Router("/", route_handlers=[stripe_webhook])
