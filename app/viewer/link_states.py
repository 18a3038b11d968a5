"""What is decided about single links: revoked, opened again, ended on a date; and the passwords of
pages. It shows no page; what a lead asks to be deleted is in app/viewer/erasing.py."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, String, cast, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.passwords import hash_password_async
from app.campaigns.models import Lead
from app.db.base import now
from app.db.tenancy import workspace_of
from app.errors import LoomliteError
from app.renders.models import Render
from app.viewer.models import LandingPage, LinkState
from app.web.refusals import NotFound

# It keeps out whoever a message was forwarded to, not whoever has a week to guess: tries are
# counted. People read it to each other, so it need not be long.
PASSWORD_CHARS: Final = (4, 200)


class LinkPasswordRefused(LoomliteError):
    """The text cannot be a link's password, and why."""


async def find_states(session: AsyncSession, public_ids: Sequence[str]) -> Mapping[str, LinkState]:
    """What differs for these links; those that are open as usual are left out."""
    rows = await session.scalars(
        select(LinkState).where(
            LinkState.workspace_id == workspace_of(session),
            LinkState.public_id == _any(public_ids),
        )
    )
    return {row.public_id: row for row in rows}


async def revoke_links(session: AsyncSession, campaign_id: UUID, public_ids: Sequence[str]) -> int:
    """These links of the campaign show nothing any more; how many they are. Raises NotFound when
    none of them is there. The caller forgets what this process remembers of them."""
    return await _set(session, campaign_id, public_ids, revoked_at=now())


async def reopen_links(session: AsyncSession, campaign_id: UUID, public_ids: Sequence[str]) -> int:
    """As `revoke_links`, undone. What was erased stays so."""
    return await _set(session, campaign_id, public_ids, revoked_at=None)


async def set_expiry(
    session: AsyncSession, campaign_id: UUID, public_ids: Sequence[str], at: datetime | None
) -> int:
    """These links end at this moment; None: when the campaign's links do. Raises NotFound."""
    return await _set(session, campaign_id, public_ids, expires_at=at)


async def set_password(session: AsyncSession, campaign_id: UUID | None, text: str | None) -> None:
    """Links of the campaign, or of the whole workspace, ask for this password; None: for none of
    their own. Takes 50 ms. Raises LinkPasswordRefused."""
    hashed = None
    if text is not None:
        least, most = PASSWORD_CHARS
        if not least <= len(text) <= most:
            raise LinkPasswordRefused(f"Use {least} to {most} characters.")
        hashed = await hash_password_async(text)
    values = {"password_hash": hashed, "updated_at": now()}
    row = insert(LandingPage).values(
        workspace_id=workspace_of(session), campaign_id=campaign_id, choices={}, **values
    )
    await session.execute(
        row.on_conflict_do_update(
            index_elements=["workspace_id", "campaign_id"], set_=values
        ).execution_options(synchronize_session=False)
    )


async def _set(
    session: AsyncSession, campaign_id: UUID, public_ids: Sequence[str], **values: Any
) -> int:
    """Whoever is a lead or has a video of the campaign has a link."""
    workspace_id = workspace_of(session)
    of_campaign = [
        select(table.public_id).where(
            table.workspace_id == workspace_id,
            table.campaign_id == campaign_id,
            table.public_id == _any(public_ids),
        )
        for table in (Lead, Render)
    ]
    found = set(await session.scalars(of_campaign[0].union(of_campaign[1])))
    if not found:
        raise NotFound
    rows = [{"workspace_id": workspace_id, "public_id": each, **values} for each in sorted(found)]
    await session.execute(
        insert(LinkState)
        .values(rows)
        .on_conflict_do_update(index_elements=["workspace_id", "public_id"], set_=values)
        .execution_options(synchronize_session=False)
    )
    return len(found)


def _any(public_ids: Sequence[str]) -> Any:
    """One parameter, however many there are."""
    return cast(list(public_ids), ARRAY(String)).any_()
