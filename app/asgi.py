"""The web application: every router and plugin in one list; hosts are dispatched around it."""

import psycopg
from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.template import TemplateConfig
from litestar.types import ASGIApp, ControllerRouterHandler
from sqlalchemy.exc import SQLAlchemyError

from app.accounts.dependencies import provide_person, provide_session
from app.accounts.device_pages import device_router
from app.accounts.host_pages import host_router
from app.accounts.notification_pages import notification_router
from app.accounts.oauth_configured import configured_providers
from app.accounts.oauth_pages import oauth_router
from app.accounts.password_pages import password_router
from app.accounts.password_settings_pages import password_settings_router
from app.accounts.profile_pages import profile_router
from app.accounts.session_cookie import SessionMiddleware
from app.accounts.sign_in_pages import sign_in_router
from app.accounts.sign_ins_pages import sign_ins_router
from app.accounts.welcome_pages import welcome_router
from app.analytics.campaign_pages import campaign_analytics_router
from app.analytics.export_pages import analytics_export_router
from app.analytics.help_pages import analytics_help_router
from app.analytics.overview_pages import overview_router
from app.analytics.sample_pages import samples_router
from app.analytics.seen_by_renders import provide_views
from app.billing.billing_pages import billing_router
from app.billing.help_pages import billing_help_router
from app.billing.seen_by_workspaces import provide_plans
from app.billing.stripe_api import StripeApi
from app.billing.webhook_pages import webhook_router
from app.campaigns.board_pages import board_router
from app.campaigns.bulk_pages import bulk_router
from app.campaigns.campaign_pages import campaign_router
from app.campaigns.duplicate_pages import duplicate_router
from app.campaigns.export_pages import export_router
from app.campaigns.facecam_step import facecam_step_router
from app.campaigns.facecam_uses_pages import facecam_uses_router
from app.campaigns.help_pages import help_router
from app.campaigns.lead_list_pages import lead_list_router
from app.campaigns.lead_row_pages import lead_row_router
from app.campaigns.lead_upload_pages import lead_upload_router
from app.campaigns.leads_step import leads_router
from app.campaigns.look_step import look_router
from app.campaigns.name_step import name_router
from app.campaigns.review_step import review_router
from app.campaigns.scene_pages import scene_router
from app.campaigns.scenes_step import scenes_router
from app.campaigns.search_pages import search_router
from app.campaigns.wizard import wizard_router
from app.db.listen import News
from app.db.session import Database
from app.domains.domain_pages import domain_router
from app.domains.plan_effects import provide_effects
from app.domains.tls_pages import tls_router
from app.errors import LoomliteError
from app.facecams.caption_pages import caption_router
from app.facecams.facecam_pages import facecam_router
from app.facecams.library_pages import library_router
from app.facecams.media_pages import media_router
from app.facecams.upload_pages import discard_router, upload_router
from app.facecams.whole_upload_pages import whole_upload_router
from app.jobs.web_billing import fetching
from app.mail.outbox_pages import outbox_router
from app.renders.health import CheckQueue, HealthChecks
from app.renders.health_pages import health_router
from app.renders.preflight_pages import preflight_router
from app.renders.preview_pages import preview_router
from app.renders.render_pages import render_router
from app.renders.repair_pages import repair_router
from app.renders.seen_by_campaigns import provide_videos
from app.renders.video_action_pages import actions_router
from app.renders.video_pages import video_router
from app.renders.videos_pages import videos_router
from app.settings import Settings
from app.site.pricing_pages import site_router
from app.staff.metrics_pages import metrics_router
from app.staff.render_pages import staff_router
from app.staff.workspace_pages import staff_workspace_router
from app.storage.interface import Storage
from app.templating import make_environment
from app.usage.ledger_pages import ledger_router
from app.usage.usage_pages import usage_router
from app.viewer.address_hashes import AddressHashes
from app.viewer.dependencies import LinkMemory, LinkOutOfReach
from app.viewer.editor_pages import editor_router
from app.viewer.editor_preview_pages import preview_router as page_preview_router
from app.viewer.embed_pages import embed_router
from app.viewer.event_pages import Visits, events_router
from app.viewer.intake import Intake
from app.viewer.landing_help_pages import landing_help_router
from app.viewer.landing_media_pages import landing_media_router
from app.viewer.landing_pages import landing_router
from app.viewer.lead_links import provide_links
from app.viewer.link_pages import link_router
from app.viewer.oembed_pages import oembed_router
from app.viewer.page_answers import away_page
from app.viewer.qr_pages import qr_router
from app.viewer.sending_help_pages import sending_help_router
from app.viewer.sharing_pages import sharing_router
from app.viewer.short_way import ShortWay
from app.viewer.trust_pages import trust_router
from app.web import error_pages
from app.web.body_limit import MAX_BODY_BYTES, BodyLimit
from app.web.hosts import HostDispatch
from app.web.offline_pages import offline_router
from app.web.refusals import WebRefusal
from app.web.request_log import RequestLog
from app.web.security import Guard
from app.web.served_hosts import ServedHosts
from app.web.shrinking import Shrinking
from app.web.signed_media import signed_media_router
from app.web.static_files import StaticFiles, static_route
from app.web.template_engine import TemplateEngine
from app.web.whole_body import WholeBody
from app.workspaces.acting_pages import acting_router, suspended_page
from app.workspaces.audit_pages import audit_router
from app.workspaces.branding_pages import branding_router
from app.workspaces.danger_pages import danger_router
from app.workspaces.dependencies import provide_member
from app.workspaces.entry_pages import entry_router
from app.workspaces.join_pages import join_router
from app.workspaces.live_pages import live_router
from app.workspaces.member_pages import member_router
from app.workspaces.notice_pages import notice_router
from app.workspaces.suspension import WorkspaceSuspended
from app.workspaces.workspace_pages import workspace_router

ROUTERS: list[ControllerRouterHandler] = [
    health_router,
    metrics_router,
    staff_router,
    staff_workspace_router,
    offline_router,
    signed_media_router,
    webhook_router,
    billing_router,
    billing_help_router,
    sign_in_router,
    password_router,
    oauth_router,
    welcome_router,
    device_router,
    profile_router,
    password_settings_router,
    sign_ins_router,
    notification_router,
    host_router,
    entry_router,
    join_router,
    workspace_router,
    branding_router,
    audit_router,
    acting_router,
    domain_router,
    tls_router,
    member_router,
    danger_router,
    live_router,
    notice_router,
    board_router,
    bulk_router,
    campaign_router,
    duplicate_router,
    export_router,
    search_router,
    library_router,
    facecam_router,
    caption_router,
    media_router,
    upload_router,
    discard_router,
    whole_upload_router,
    facecam_uses_router,
    name_router,
    facecam_step_router,
    wizard_router,
    scenes_router,
    scene_router,
    look_router,
    review_router,
    leads_router,
    lead_row_router,
    lead_list_router,
    lead_upload_router,
    help_router,
    preflight_router,
    preview_router,
    repair_router,
    render_router,
    videos_router,
    video_router,
    actions_router,
    editor_router,
    page_preview_router,
    link_router,
    landing_help_router,
    overview_router,
    campaign_analytics_router,
    analytics_export_router,
    analytics_help_router,
    samples_router,
    landing_router,
    landing_media_router,
    trust_router,
    events_router,
    embed_router,
    oembed_router,
    qr_router,
    sharing_router,
    sending_help_router,
    site_router,
    usage_router,
    ledger_router,
]


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
    return RequestLog(
        Guard(Shrinking(HostDispatch(ShortWay(litestar), settings, served)), settings)
    )


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
    litestar.state.fetch_customer = fetching(settings, database, storage, stripe)
    litestar.state.health = HealthChecks(settings, database, storage, check_queue)
    litestar.state.outbox_folder = settings.outbox_folder
