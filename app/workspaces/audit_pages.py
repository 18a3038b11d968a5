"""The owner's page of who changed what in the workspace, and the same as a file."""

from uuid import UUID

from litestar import Router, get
from litestar.params import FromQuery
from litestar.response import Stream, Template

from app.accounts.dependencies import Session
from app.web.pages import AnyRequest, csv_file, page
from app.workspaces.audit_actions import GROUPS
from app.workspaces.audit_log import entries_export, list_actors, list_entries, wanted_entries
from app.workspaces.dependencies import Member, require_owner

ROWS = 50


@get("/settings/audit-log", name="settings.audit_log")
async def audit_log_page(
    session: Session,
    member: Member,
    who: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    before: FromQuery[UUID | None] = None,
) -> Template:
    require_owner(member)
    wanted = wanted_entries(who, kind)
    found = await list_entries(session, wanted, at_most=ROWS + 1, before=before)
    return page(
        "settings/audit_log_page.html",
        lines=found[:ROWS],
        older=found[ROWS - 1].entry_id if len(found) > ROWS else None,
        is_first=before is None,
        wanted=wanted,
        actors=await list_actors(session),
        kinds=GROUPS.items(),
    )


@get("/settings/audit-log.csv", name="audit_log.file")
async def audit_log_file(
    request: AnyRequest, member: Member, who: FromQuery[str] = "", kind: FromQuery[str] = ""
) -> Stream:
    require_owner(member)
    export = entries_export(wanted_entries(who, kind))
    return csv_file(request, member.workspace_id, export, "audit-log.csv")


audit_router = Router("/", route_handlers=[audit_log_page, audit_log_file])
