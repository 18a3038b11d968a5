"""What handlers of billing ask for: what another plan would stop, and with what one buys."""

from urllib.parse import urlencode

from litestar.di import NamedDependency

from app.billing.plan_effects import PlanEffects
from app.billing.shop import Shop
from app.billing.stripe_api import StripeApi
from app.web.pages import AnyRequest, path_for, settings_of
from app.web.refusals import NotFound
from app.workspaces.models import Membership

# Made in app/asgi.py: what plans stop stands above billing.
Effects = NamedDependency[PlanEffects]


def shop_of(request: AnyRequest) -> Shop:
    """With what a page buys. Raises NotFound where nothing is sold."""
    stripe: StripeApi | None = request.app.state.stripe
    if stripe is None or not settings_of(request).sells:
        raise NotFound
    return Shop(stripe, request.app.state.fetch_customer)


def url_of(request: AnyRequest, member: Membership, route: str, **query: str) -> str:
    """The whole address of a page of the workspace, as Stripe leads back to it."""
    home = settings_of(request).workspace_url(member.workspace.slug)
    asked = f"?{urlencode(query)}" if query else ""
    return home + path_for(request, route) + asked
