"""The web application: its plugins in one list; hosts are dispatched around it."""

import psycopg
from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.template import TemplateConfig
from litestar.types import ASGIApp, ControllerRouterHandler
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.dependencies import provide_person, provide_session
from app.accounts.oauth_configured import configured_providers
from app.accounts.session_cookie import SessionMiddleware
from app.analytics.seen_by_renders import provide_views
from app.billing.event_intake import EventIntake
from app.billing.seen_by_workspaces import provide_plans
from app.billing.stripe_api import StripeApi
from app.billing.webhook_way import WebhookWay
from app.db.listen import News
from app.db.session import Database
from app.domains.plan_effects import provide_effects
from app.errors import LoomliteError
from app.jobs.web_billing import fetching
from app.mail.outbox_pages import outbox_router
from app.renders.health import CheckQueue, HealthChecks
from app.renders.seen_by_campaigns import provide_videos
from app.routers import ROUTERS
from app.settings import Settings
from app.storage.interface import Storage
from app.templating import make_environment
from app.viewer.address_hashes import AddressHashes
from app.viewer.dependencies import LinkMemory, LinkOutOfReach
from app.viewer.event_pages import Visits
from app.viewer.intake import Intake
from app.viewer.lead_links import provide_links
from app.viewer.page_answers import away_page
from app.viewer.short_way import ShortWay
from app.web import error_pages
from app.web.body_limit import MAX_BODY_BYTES, BodyLimit
from app.web.hosts import HostDispatch
from app.web.refusals import WebRefusal
from app.web.request_log import RequestLog
from app.web.security import Guard
from app.web.served_hosts import ServedHosts
from app.web.shrinking import Shrinking
from app.web.static_files import StaticFiles, static_route
from app.web.template_engine import TemplateEngine
from app.web.whole_body import WholeBody
from app.workspaces.acting_pages import suspended_page
from app.workspaces.dependencies import provide_member
from app.workspaces.suspension import WorkspaceSuspended


def create_app(
    settings: Settings,
    database: Database,
    storage: Storage,
    news: News,
    check_queue: CheckQueue | None = None,
    served: ServedHosts | None = None,
    stripe: StripeApi | None = None,
) -> ASGIApp:
    """The application, ready to be served; the caller opens and closes what it is given, and keeps
    `served` true."""
    served = served or ServedHosts()
    files = StaticFiles()
    development: list[ControllerRouterHandler] = [outbox_router] if settings.shows_outbox else []
    litestar = Litestar(
        route_handlers=[static_route(files), *ROUTERS, *development],
        dependencies={
            "session": Provide(provide_session),
            "person": Provide(provide_person),
            "member": Provide(provide_member),
            "effects": Provide(provide_effects, sync_to_thread=False),
            "plans": Provide(provide_plans, sync_to_thread=False),
            "videos": Provide(provide_videos, sync_to_thread=False),
            "views": Provide(provide_views, sync_to_thread=False),
            "links": Provide(provide_links, sync_to_thread=False),
        },
        middleware=[BodyLimit, SessionMiddleware, WholeBody],
        exception_handlers={
            WorkspaceSuspended: suspended_page,
            WebRefusal: error_pages.refusal_page,
            LinkOutOfReach: away_page,
            LoomliteError: error_pages.expected_error_page,
            HTTPException: error_pages.http_error_page,
            SQLAlchemyError: error_pages.database_error_page,
            psycopg.Error: error_pages.database_error_page,  # of the queue
            Exception: error_pages.unexpected_error_page,
        },
        template_config=TemplateConfig(
            instance=TemplateEngine(
                make_environment(files.url, auto_reload=not settings.is_production)
            )
        ),
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=None,
        logging_config=None,
    )
    furnish(litestar, settings, database, storage, news, check_queue, stripe)
    litestar.state.served_hosts = served
    # The guard is around the hosts: a refused one gets the headers too.
    inner = WebhookWay(ShortWay(litestar), litestar)
    return RequestLog(Guard(Shrinking(HostDispatch(inner, settings, served)), settings))


def furnish(
    litestar: Litestar,
    settings: Settings,
    database: Database,
    storage: Storage,
    news: News,
    check_queue: CheckQueue | None = None,
    stripe: StripeApi | None = None,
) -> None:
    """What handlers find in `app.state`."""
    litestar.state.settings = settings
    litestar.state.database = database
    litestar.state.storage = storage
    litestar.state.link_memory = LinkMemory()
    litestar.state.visits = Visits(settings, Intake(database), AddressHashes(database))
    litestar.state.providers = configured_providers(settings)
    litestar.state.news = news
    litestar.state.stripe = stripe
    litestar.state.stripe_events = EventIntake(database)
    litestar.state.fetch_customer = fetching(settings, database, storage, stripe)
    litestar.state.health = HealthChecks(settings, database, storage, check_queue)
    litestar.state.outbox_folder = settings.outbox_folder
