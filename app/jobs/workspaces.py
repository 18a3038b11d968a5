"""Work for workspaces: the letter of an invitation, and removing media that nothing shows."""

from uuid import UUID

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.tokens import new_token, token_hash
from app.db.base import now
from app.db.session import Database
from app.jobs.services import Services
from app.mail.letters import Letter, write_letter
from app.workspaces.invitations import VALID_FOR
from app.workspaces.models import Invitation, Workspace


async def send_invitation(services: Services, *, workspace_id: str, invitation_id: str) -> None:
    """Sends the letter with a token made now; nothing for one withdrawn or accepted meanwhile.

    Another attempt makes another token: the last letter is the one whose link works.
    """
    letter = await _write_invitation(
        services.database, services.settings.base_url, UUID(workspace_id), UUID(invitation_id)
    )
    if letter is not None:
        await services.mailer.send(letter)


async def remove_media(services: Services, *, prefix: str) -> None:
    """Nothing is stored below the prefix. Twice does no harm.

    Raises ValueError for a prefix that is no workspace's, above all for one that is too short.
    """
    folder, _, rest = prefix.partition("/")
    if folder != "workspaces" or not rest:
        raise ValueError(f"{prefix!r} is not a place of a workspace's files")
    UUID(rest.partition("/")[0])
    await services.storage.delete_prefix(prefix)


async def _write_invitation(
    database: Database, base_url: str, workspace_id: UUID, invitation_id: UUID
) -> Letter | None:
    async with database.session(workspace_id=workspace_id) as session:
        invitation = await session.scalar(
            select(Invitation).where(
                Invitation.id == invitation_id,
                Invitation.accepted_at.is_(None),
                Invitation.expires_at > now(),
            )
        )
        workspace = await session.get(Workspace, workspace_id)
        if invitation is None or workspace is None:
            return None
        inviter = await session.get(User, invitation.invited_by_id or UUID(int=0))
        token = new_token()
        invitation.token_sha256 = token_hash(token)
        return write_letter(
            "invitation",
            invitation.email,
            workspace_name=workspace.name,
            inviter_name=inviter.shown_name if inviter else workspace.name,
            role=invitation.role,
            link=f"{base_url}/join/{workspace_id}/{token}",
            days=VALID_FOR.days,
        )
