"""A team's own domain as tests need it: added, with the right records, and as its row says."""

from datetime import timedelta

from sqlalchemy import update

from app.db.session import Database
from app.domains.models import CustomDomain
from app.domains.service import add_domain, list_domains
from app.settings import Settings
from app.workspaces.models import Workspace
from tests.cast import Cast, Site
from tests.domains.dns_server import Zone

HOST = "videos.acmecorp.com"


async def add(cast: Cast, host: str = HOST, *, workspace: Workspace | None = None) -> CustomDomain:
    """The domain as if its owner had typed it; its check waits among the jobs that left."""
    at, person = (workspace or cast.acme), cast.users["charlie" if workspace else "alice"]
    async with cast.site.database.session(workspace_id=at.id, user_id=person.id) as session:
        return await add_domain(session, cast.site.settings, person, host)


def right_records(settings: Settings, domain: CustomDomain) -> tuple[str, str]:
    return (
        f'_loomlite.{domain.host} 60 IN TXT "{domain.token}"',
        f"{domain.host} 60 IN CNAME {settings.host_name}",
    )


def prove(dns: Zone, settings: Settings, domain: CustomDomain) -> None:
    """Its records are right from now on."""
    dns.add(*right_records(settings, domain))


async def row_of(site: Site, domain: CustomDomain) -> CustomDomain:
    """As it stands now."""
    async with site.database.session(workspace_id=domain.workspace_id) as session:
        return next(each for each in await list_domains(session) if each.id == domain.id)


async def let_pass(database: Database, domain: CustomDomain, time: timedelta) -> None:
    """So much time has gone by: all moments of the row are so much longer ago."""
    names = (
        *("created_at", "checked_at", "verified_at", "failing_since", "told_at", "check_due_at"),
        "plan_ends_at",
    )
    async with database.session(workspace_id=domain.workspace_id) as session:
        await session.execute(
            update(CustomDomain)
            .where(CustomDomain.id == domain.id)
            .values({name: getattr(CustomDomain, name) - time for name in names})
            .execution_options(synchronize_session=False)
        )
