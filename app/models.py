"""All tables in one place, for migrations and their test; it adds nothing."""

from app.accounts.models import AuthSession, EmailLink, Identity, OauthAttempt, RateCount, User
from app.analytics.models import CampaignReach
from app.billing.invoices import BillingInvoice
from app.billing.models import MeteredScene, PlanLimits, ServicePlan, UsageEntry
from app.billing.news_models import BillingNews
from app.billing.notice_models import PlanNotice
from app.billing.overage_models import OverageChoice, OverageEvent, OveragePeriod
from app.billing.stripe_models import (
    BillingCustomer,
    BillingSubscription,
    CustomerLease,
    ReceivedEvent,
)
from app.campaigns.models import Campaign, Lead
from app.db.base import Base
from app.domains.models import CustomDomain
from app.facecams.models import Caption, Facecam
from app.renders.check_models import LeadCheck, PageCheck, Preflight, Preview
from app.renders.models import (
    Render,
    RenderAttempt,
    RenderBatch,
    RenderJob,
    RenderTurn,
    RenderWorker,
)
from app.viewer.models import LandingPage, LinkState
from app.viewer.news_models import ViewNews
from app.viewer.visit_models import (
    CampaignHeat,
    LeadView,
    ViewDay,
    ViewHeat,
    Visit,
    VisitEvent,
    VisitInbox,
    VisitSalt,
)
from app.workspaces.audit_models import AuditEntry
from app.workspaces.models import Activity, Invitation, Membership, Workspace
from app.workspaces.notice_models import Notice

__all__ = [
    "Activity",
    "AuditEntry",
    "AuthSession",
    "Base",
    "BillingCustomer",
    "BillingInvoice",
    "BillingNews",
    "BillingSubscription",
    "Campaign",
    "CampaignHeat",
    "CampaignReach",
    "Caption",
    "CustomDomain",
    "CustomerLease",
    "EmailLink",
    "Facecam",
    "Identity",
    "Invitation",
    "LandingPage",
    "Lead",
    "LeadCheck",
    "LeadView",
    "LinkState",
    "Membership",
    "MeteredScene",
    "Notice",
    "OauthAttempt",
    "OverageChoice",
    "OverageEvent",
    "OveragePeriod",
    "PageCheck",
    "PlanLimits",
    "PlanNotice",
    "Preflight",
    "Preview",
    "RateCount",
    "ReceivedEvent",
    "Render",
    "RenderAttempt",
    "RenderBatch",
    "RenderJob",
    "RenderTurn",
    "RenderWorker",
    "ServicePlan",
    "UsageEntry",
    "User",
    "ViewDay",
    "ViewHeat",
    "ViewNews",
    "Visit",
    "VisitEvent",
    "VisitInbox",
    "VisitSalt",
    "Workspace",
]
