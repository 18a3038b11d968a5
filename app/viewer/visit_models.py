"""Visits of landing pages: what came in and waits, what happened in each, and what it adds up to.

`visit_inbox` is written by web servers and emptied by the job that adds up (rollups.py); all other
tables are written by that job alone. One workspace's visits are added up by one worker at a time.
Times are the database's or those that our own server wrote into a page's token, never a browser's.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, INT4MULTIRANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Tenant

KINDS = ("unverified", "person", "scanner", "team")


def _zero() -> Mapped[int]:
    return mapped_column(Integer, default=0, server_default="0")


def of_campaign(table: str) -> ForeignKeyConstraint:
    """What was counted for a campaign goes with it."""
    return ForeignKeyConstraint(
        ["workspace_id", "campaign_id"],
        ["campaigns.workspace_id", "campaigns.id"],
        name=f"fk_{table}_campaign",
        ondelete="CASCADE",
    )


class VisitInbox(Tenant, Base):
    """What one request of a landing page told: that it was opened, or what happened on it.

    `told` is described by app/viewer/intake.py. A row is gone once it is added up.
    """

    __tablename__ = "visit_inbox"

    # No foreign key: it is written for many workspaces at once, and one that was deleted meanwhile
    # must not hold up the others.
    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, server_default=text("nextval('visit_inbox_positions')")
    )
    received_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    told: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Visit(Tenant, Base):
    """One load of a landing page, and what its visitor did there.

    `kind`: a `person`; a `scanner` (a program that looks at links; `reason` says by what it was
    known); the own `team`; or `unverified`: the page was fetched and nothing more is known of it.
    """

    __tablename__ = "visits"
    __table_args__ = (
        of_campaign("visits"),
        CheckConstraint("kind in ('unverified', 'person', 'scanner', 'team')", name="kind"),
        CheckConstraint("source in ('page', 'embed')", name="source"),
        Index("ix_visits_lead", "workspace_id", "public_id", "opened_at"),
        Index("ix_visits_campaign", "workspace_id", "campaign_id", "opened_at"),
        Index(
            "ix_visits_address",
            "workspace_id",
            "address_hash",
            "opened_at",
            postgresql_where=text("address_hash is not null"),
        ),
        Index("ix_visits_age", "opened_at", postgresql_using="brin"),
        # What no figure counts is shown with its reasons, of as many visits as there are.
        Index(
            "ix_visits_left_out",
            *("workspace_id", "campaign_id", "opened_at"),
            postgresql_include=["kind", "reason"],
            postgresql_where=text("kind in ('scanner', 'team')"),
        ),
    )

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID]
    public_id: Mapped[str] = mapped_column(String(24))
    # Without a foreign key: a video that was replaced leaves its visits behind.
    render_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(12), default="unverified")
    reason: Mapped[str] = mapped_column(String(20), default="", server_default="")
    # How it came looked like a program (see visit_signs.py), whatever was done then; "" if not.
    sign: Mapped[str] = mapped_column(String(20), default="", server_default="")
    is_sample: Mapped[bool] = mapped_column(default=False, server_default="false")
    # Whoever asked not to be tracked: opened and booked are kept, and nothing else.
    is_private: Mapped[bool] = mapped_column(default=False, server_default="false")
    opened_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    # Salted; the salt is another one each day, and forgotten the day after.
    address_hash: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    device: Mapped[str] = mapped_column(String(12), default="", server_default="")
    browser: Mapped[str] = mapped_column(String(20), default="", server_default="")
    referrer_host: Mapped[str] = mapped_column(String(253), default="", server_default="")
    source: Mapped[str] = mapped_column(String(5), default="page", server_default="page")
    duration_s: Mapped[int]
    played_at: Mapped[datetime | None]
    unmuted_at: Mapped[datetime | None]
    half_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    clicked_at: Mapped[datetime | None]
    booked_at: Mapped[datetime | None]
    # Which seconds of the video were seen: [0,12) are its first twelve.
    watched: Mapped[list[Range[int]]] = mapped_column(
        INT4MULTIRANGE, server_default=text("'{}'::int4multirange")
    )
    watched_s: Mapped[int] = _zero()
    # With those that were seen again.
    played_s: Mapped[int] = _zero()
    # How often each second was played.
    seconds: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), server_default=text("'{}'"))
    # Where the visitor was last.
    position_s: Mapped[int] = _zero()


class VisitEvent(Tenant, Base):
    """One thing that happened in a visit, as told by its page; app/viewer/events.py says what.

    Partitioned by the month in which the visit began; partitions.py makes and drops them.
    """

    __tablename__ = "visit_events"
    __table_args__ = ({"postgresql_partition_by": "range (opened_at)"},)

    # No foreign key, which would cost more than the event; a trigger on `visits` takes them along.
    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    visit_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    opened_at: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    # Since the page was opened.
    at_ms: Mapped[int]
    # A moment of the video, or the beginning and end of what was watched; see events.py.
    from_s: Mapped[float | None] = mapped_column(REAL)
    to_s: Mapped[float | None] = mapped_column(REAL)
    # Which of the buttons; or 1 where a hand started the video.
    detail: Mapped[int | None] = mapped_column(SmallInteger)


class LeadView(Tenant, Base):
    """All visits of one lead's page by people, added up; the other kinds are only counted.

    `watched…` are about the video that the link shows now; the times are those of the first visit
    in which it came to that.
    """

    __tablename__ = "lead_views"
    __table_args__ = (
        of_campaign("lead_views"),
        # The leads of a campaign that watched the most and the least, and those that booked.
        Index(
            "ix_lead_views_campaign",
            *("workspace_id", "campaign_id", "watched_share", "opens"),
        ),
        Index(
            "ix_lead_views_booked",
            *("workspace_id", "campaign_id", "booked_at"),
            postgresql_where=text("booked_at is not null"),
        ),
        Index("ix_lead_views_seen", "workspace_id", "campaign_id", "last_seen_at"),
        # Every page of figures asks whether it shows any.
        Index(
            "ix_lead_views_samples",
            *("workspace_id", "campaign_id"),
            postgresql_where=text("is_sample"),
        ),
    )

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    campaign_id: Mapped[UUID]
    render_id: Mapped[UUID]
    is_sample: Mapped[bool] = mapped_column(default=False, server_default="false")
    opens: Mapped[int] = _zero()
    unverified_opens: Mapped[int] = _zero()
    scanner_opens: Mapped[int] = _zero()
    team_opens: Mapped[int] = _zero()
    first_opened_at: Mapped[datetime | None]
    last_seen_at: Mapped[datetime | None]
    played_at: Mapped[datetime | None]
    unmuted_at: Mapped[datetime | None]
    half_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    clicked_at: Mapped[datetime | None]
    booked_at: Mapped[datetime | None]
    duration_s: Mapped[int] = _zero()
    watched: Mapped[list[Range[int]]] = mapped_column(
        INT4MULTIRANGE, server_default=text("'{}'::int4multirange")
    )
    watched_s: Mapped[int] = _zero()
    # 0…1
    watched_share: Mapped[float] = mapped_column(REAL, default=0.0, server_default="0")
    played_s: Mapped[int] = _zero()


class ViewDay(Tenant, Base):
    """The visits of a campaign's pages that began on one day (UTC)."""

    __tablename__ = "view_days"
    __table_args__ = (of_campaign("view_days"),)

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    opens: Mapped[int] = _zero()
    plays: Mapped[int] = _zero()
    halves: Mapped[int] = _zero()
    ends: Mapped[int] = _zero()
    clicks: Mapped[int] = _zero()
    bookings: Mapped[int] = _zero()
    unverified_opens: Mapped[int] = _zero()
    scanner_opens: Mapped[int] = _zero()
    team_opens: Mapped[int] = _zero()
    watched_s: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class ViewHeat(Tenant, Base):
    """How often each second of one video was played by people."""

    __tablename__ = "view_heats"
    __table_args__ = (of_campaign("view_heats"),)

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    render_id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID]
    seconds: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))


class CampaignHeat(Tenant, Base):
    """How many visits of people saw each second of a campaign's videos."""

    __tablename__ = "campaign_heats"
    __table_args__ = (of_campaign("campaign_heats"),)

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    seconds: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))


class VisitSalt(Base):
    """What a day's addresses are hashed with; deleted when the day is over."""

    __tablename__ = "visit_salts"

    day: Mapped[date] = mapped_column(primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
