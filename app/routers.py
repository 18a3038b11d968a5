"""Every route of the web application, by feature; the order says nothing."""

from litestar.types import ControllerRouterHandler

from app.accounts.device_pages import device_router
from app.accounts.email_change_pages import email_change_router
from app.accounts.host_pages import host_router
from app.accounts.notification_pages import notification_router
from app.accounts.oauth_pages import oauth_router
from app.accounts.password_pages import password_router
from app.accounts.password_settings_pages import password_settings_router
from app.accounts.profile_pages import profile_router
from app.accounts.sign_in_pages import sign_in_router
from app.accounts.sign_ins_pages import sign_ins_router
from app.accounts.welcome_pages import welcome_router
from app.analytics.campaign_pages import campaign_analytics_router
from app.analytics.export_pages import analytics_export_router
from app.analytics.help_pages import analytics_help_router
from app.analytics.overview_pages import overview_router
from app.analytics.sample_pages import samples_router
from app.billing.billing_pages import billing_router
from app.billing.help_pages import billing_help_router
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
from app.domains.domain_pages import domain_router
from app.domains.tls_pages import tls_router
from app.facecams.caption_pages import caption_router
from app.facecams.facecam_pages import facecam_router
from app.facecams.library_pages import library_router
from app.facecams.media_pages import media_router
from app.facecams.upload_pages import discard_router, upload_router
from app.facecams.whole_upload_pages import whole_upload_router
from app.renders.health_pages import health_router
from app.renders.preflight_pages import preflight_router
from app.renders.preview_pages import preview_router
from app.renders.render_pages import render_router
from app.renders.repair_pages import repair_router
from app.renders.retry_pages import retry_router
from app.renders.video_action_pages import actions_router
from app.renders.video_pages import video_router
from app.renders.videos_pages import videos_router
from app.site.pricing_pages import site_router
from app.staff.metrics_pages import metrics_router
from app.staff.render_pages import staff_router
from app.staff.workspace_pages import staff_workspace_router
from app.usage.ledger_pages import ledger_router
from app.usage.usage_pages import usage_router
from app.viewer.editor_pages import editor_router
from app.viewer.editor_preview_pages import preview_router as page_preview_router
from app.viewer.embed_pages import embed_router
from app.viewer.event_pages import events_router
from app.viewer.landing_help_pages import landing_help_router
from app.viewer.landing_media_pages import landing_media_router
from app.viewer.landing_pages import landing_router
from app.viewer.link_pages import link_router
from app.viewer.oembed_pages import oembed_router
from app.viewer.qr_pages import qr_router
from app.viewer.sending_help_pages import sending_help_router
from app.viewer.sharing_pages import sharing_router
from app.viewer.trust_pages import trust_router
from app.web.offline_pages import offline_router
from app.web.signed_media import signed_media_router
from app.workspaces.acting_pages import acting_router
from app.workspaces.audit_pages import audit_router
from app.workspaces.branding_pages import branding_router
from app.workspaces.danger_pages import danger_router
from app.workspaces.entry_pages import entry_router
from app.workspaces.join_pages import join_router
from app.workspaces.live_pages import live_router
from app.workspaces.member_pages import member_router
from app.workspaces.notice_pages import notice_router
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
    email_change_router,
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
    retry_router,
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
