"""Accounts at providers and whose they are here. An address counts only when it was verified."""

from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Identity, User
from app.accounts.oauth import Identity as Proved
from app.accounts.oauth_providers import Provider
from app.accounts.sign_in import get_or_create_user
from app.db.base import new_id, now
from app.errors import LoomliteError
from app.web.forms import Email

_EMAIL: TypeAdapter[str] = TypeAdapter(Email)


class AddressNotConfirmed(LoomliteError):
    """The provider does not vouch for the person's address, so it opens no account."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"{label} has not confirmed your e-mail address. Sign in by e-mail; "
            f"then you can connect {label} in your settings."
        )


class BelongsToAnother(LoomliteError):
    """Somebody else here signs in with this account of a provider."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"This {label} account already signs in another person here. "
            "Sign in as that person and disconnect it first, or choose another account."
        )


class LastWayIn(LoomliteError):
    """Without it the person could not sign in again."""

    def __init__(self) -> None:
        super().__init__(
            "This is your only way to sign in. Set a password or connect another sign-in first."
        )


async def sign_in_by_identity(session: AsyncSession, provider: Provider, proved: Proved) -> User:
    """The person whose account at the provider this is; by a verified address at first.

    Raises AddressNotConfirmed.
    """
    user = await _find_owner(session, proved)
    if user is not None:
        return user
    email = _verified_email(proved)
    if email is None:
        raise AddressNotConfirmed(provider.label)
    user = await get_or_create_user(session, email, name=proved.name)
    return await _claim(session, user, provider, proved)


async def connect_identity(
    session: AsyncSession, user: User, provider: Provider, proved: Proved
) -> None:
    """The person signs in with it from now on; its address matters not. Raises BelongsToAnother."""
    owner = await _claim(session, user, provider, proved)
    if owner.id != user.id:
        raise BelongsToAnother(provider.label)


async def disconnect_identity(session: AsyncSession, user: User, identity_id: UUID) -> bool:
    """Whether there was such a connection of this person; it is gone. Raises LastWayIn."""
    # Locked, so that of two at once the second one sees what the first has left.
    await session.execute(select(User.id).where(User.id == user.id).with_for_update())
    identities = await list_identities(session, user.id)
    if identity_id not in {each.id for each in identities}:
        return False
    if user.email_verified_at is None and user.password_hash is None and len(identities) == 1:
        raise LastWayIn
    await session.execute(delete(Identity).where(Identity.id == identity_id))
    return True


async def list_identities(session: AsyncSession, user_id: UUID) -> list[Identity]:
    """The person's accounts at providers, oldest first."""
    rows = await session.scalars(
        select(Identity).where(Identity.user_id == user_id).order_by(Identity.created_at)
    )
    return list(rows)


async def _find_owner(session: AsyncSession, proved: Proved) -> User | None:
    return await session.scalar(
        select(User)
        .join(Identity, Identity.user_id == User.id)
        .where(Identity.issuer == proved.issuer, Identity.subject == proved.subject)
    )


async def _claim(session: AsyncSession, user: User, provider: Provider, proved: Proved) -> User:
    # Two callbacks at once: one inserts, both read whose it is.
    await session.execute(
        insert(Identity)
        .values(
            id=new_id(),
            created_at=now(),
            user_id=user.id,
            provider=provider.key,
            issuer=proved.issuer,
            subject=proved.subject,
            email=proved.email,
        )
        .on_conflict_do_nothing(index_elements=[Identity.issuer, Identity.subject])
    )
    return await _find_owner(session, proved) or user


def _verified_email(proved: Proved) -> str | None:
    if not proved.email_verified:
        return None
    try:
        return _EMAIL.validate_python(proved.email)
    except ValidationError:
        return None
