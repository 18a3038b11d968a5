"""Every act that the audit log knows, with its sentence; it reads no database and knows no page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Group = Literal["members", "workspace", "billing", "domains", "links", "content", "staff"]
# What the filter offers, in its order.
GROUPS: Mapping[Group, str] = {
    "members": "Members",
    "workspace": "Workspace",
    "billing": "Billing",
    "domains": "Domains",
    "links": "Landing pages",
    "content": "Campaigns and facecams",
    "staff": "Loom-Lite staff",
}


@dataclass(frozen=True)
class AuditAction:
    """Reads as `who said thing rest`; `symbol` is an icon's name. `of_person`: the thing is one."""

    group: Group
    symbol: str
    said: str
    rest: str = ""
    of_person: bool = False


ACTIONS: Mapping[str, AuditAction] = {
    "member.invited": AuditAction("members", "mail", "invited"),
    "member.invitation_revoked": AuditAction("members", "mail", "withdrew the invitation of"),
    "member.joined": AuditAction("members", "user-check", "joined the workspace"),
    "member.role_changed": AuditAction("members", "shield", "changed the role of", of_person=True),
    "member.removed": AuditAction(
        "members", "user-minus", "removed", "from the workspace", of_person=True
    ),
    "member.left": AuditAction("members", "log-out", "left the workspace"),
    "workspace.created": AuditAction("workspace", "rocket", "created the workspace"),
    "workspace.renamed": AuditAction("workspace", "pencil", "renamed the workspace"),
    "workspace.moved": AuditAction("workspace", "globe", "changed the workspace’s address"),
    "workspace.transferred": AuditAction(
        "workspace", "key-round", "handed the workspace over to", of_person=True
    ),
    "workspace.logo_set": AuditAction("workspace", "palette", "changed the logo"),
    "workspace.logo_removed": AuditAction("workspace", "palette", "removed the logo"),
    "workspace.colours_set": AuditAction("workspace", "palette", "changed the colours"),
    "plan.checkout_started": AuditAction("billing", "credit-card", "began to buy the plan"),
    "plan.changed": AuditAction("billing", "credit-card", "changed the plan"),
    "plan.change_scheduled": AuditAction(
        "billing", "credit-card", "arranged a change of the plan to"
    ),
    "plan.cancelled": AuditAction("billing", "credit-card", "cancelled the plan"),
    "plan.cancellation_undone": AuditAction(
        "billing", "credit-card", "took the plan’s cancellation back"
    ),
    "plan.told": AuditAction("billing", "credit-card", "says that the plan is now"),
    "plan.payment_failed": AuditAction("billing", "credit-card", "could not collect a payment for"),
    "plan.payment_made": AuditAction("billing", "credit-card", "collected a payment for"),
    "billing.portal_opened": AuditAction("billing", "credit-card", "opened the billing portal"),
    "billing.overage_changed": AuditAction(
        "billing", "credit-card", "changed what may be used beyond the plan"
    ),
    "billing.credited": AuditAction("billing", "circle-plus", "credited", "to this period"),
    "domain.added": AuditAction("domains", "globe", "added the domain"),
    "domain.verified": AuditAction("domains", "globe", "found the records of"),
    "domain.withdrawn": AuditAction("domains", "globe", "no longer shows pages at"),
    "domain.removed": AuditAction("domains", "globe", "removed the domain"),
    "link.revoked": AuditAction("links", "unlink", "revoked one lead’s link in"),
    "link.reopened": AuditAction("links", "link", "opened one lead’s link again in"),
    "link.expiry_changed": AuditAction(
        "links", "calendar", "changed the last day of one lead’s link in"
    ),
    "link.erased": AuditAction("links", "trash-2", "deleted one lead’s data in"),
    "links.expiry_changed": AuditAction("links", "calendar", "changed how long links work for"),
    "links.password_set": AuditAction("links", "lock", "set a password for the links of"),
    "links.password_removed": AuditAction("links", "lock", "removed the password for the links of"),
    "landing_page.changed": AuditAction("links", "panels-top-left", "changed the landing page of"),
    "campaign.archived": AuditAction("content", "archive", "archived the campaign"),
    "campaign.deleted": AuditAction("content", "trash-2", "deleted the campaign"),
    "campaign.restored": AuditAction("content", "undo-2", "brought back the campaign"),
    "facecam.deleted": AuditAction("content", "trash-2", "deleted the facecam"),
    "workspace.suspended": AuditAction("staff", "circle-stop", "suspended the workspace"),
    "workspace.resumed": AuditAction("staff", "circle-check", "resumed the workspace"),
    "staff.videos_cancelled": AuditAction("staff", "circle-stop", "cancelled"),
    "staff.videos_retried": AuditAction("staff", "rotate-ccw", "tried again"),
    "staff.acting_began": AuditAction("staff", "eye", "began to act as", of_person=True),
    "staff.acting_ended": AuditAction("staff", "eye", "stopped acting as", of_person=True),
}

# What a changed value is called, where its own name would not do.
FIELDS: Mapping[str, str] = {
    "slug": "Address",
    "plan": "Plan",
    "interval": "Paid by the",
    "ends_on": "Last day",
    "cap": "At most",
}


def field_label(name: str) -> str:
    """`last_day` is shown as “Last day”."""
    return FIELDS.get(name, name.replace("_", " ").capitalize())


def actions_of(group: str) -> list[str]:
    """The acts of a group; none for what is no group."""
    return [name for name, action in ACTIONS.items() if action.group == group]
