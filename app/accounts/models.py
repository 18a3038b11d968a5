"""People, their sessions and the letters' links; rows here belong to persons, not to workspaces."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.device_words import device_words, is_handheld
from app.db.base import Base, Identified


class User(Identified, Base):
    """A person. `email` is normalised and in small letters."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(320), unique=True)
    email_verified_at: Mapped[datetime | None]
    name: Mapped[str] = mapped_column(String(120), default="")
    avatar_key: Mapped[str | None] = mapped_column(String(300))
    password_hash: Mapped[str | None] = mapped_column(String(300))
    notifications: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)

    @property
    def shown_name(self) -> str:
        return self.name or self.email.split("@")[0]


class Identity(Identified, Base):
    """A person's account at Google, GitHub or another provider."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(String(20))
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(320))


class AuthSession(Identified, Base):
    """A signed-in browser. One without parent is a device; its children are the same device on the
    hosts of workspaces, since a cookie is for one host only.

    `staff_id`: it is not the person who looks, but this member of staff as them; the parent is the
    device of theirs.
    """

    __tablename__ = "auth_sessions"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("auth_sessions.id", ondelete="CASCADE"), index=True
    )
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    host: Mapped[str] = mapped_column(String(255))
    address: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(400))
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    staff_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])
    staff: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[staff_id])

    @property
    def device(self) -> str:
        """The browser in words, such as `Firefox on Windows`."""
        return device_words(self.user_agent)

    @property
    def is_handheld(self) -> bool:
        return is_handheld(self.user_agent)


class EmailLink(Identified, Base):
    """A single-use link: `kind` is sign_in, reset, change_email, enter (from host to host) or, for
    staff, act_as."""

    __tablename__ = "email_links"

    kind: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(320), index=True)
    user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    session_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("auth_sessions.id", ondelete="CASCADE")
    )
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    browser_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    next_path: Mapped[str] = mapped_column(String(2000), default="")
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OauthAttempt(Identified, Base):
    """A sign-in under way at a provider; ten minutes, single use, bound to one browser."""

    __tablename__ = "oauth_attempts"

    provider: Mapped[str] = mapped_column(String(20))
    state_sha256: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    browser_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    next_path: Mapped[str] = mapped_column(String(2000), default="")
    expires_at: Mapped[datetime]


class RateCount(Base):
    """How often something was tried in one window; counted by one atomic statement."""

    __tablename__ = "rate_counts"

    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
