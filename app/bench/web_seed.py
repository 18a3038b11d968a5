"""A service's worth of rows for the bench: workspaces, campaigns, leads, people signed in.

It writes by COPY as the database's owner, and asks nothing of the application but its tables.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from app.accounts.tokens import new_token, token_hash
from app.db.base import new_id

# How many campaigns workspaces have and how many leads campaigns have, again and again: most are
# small, some fill more than a page. Their means are 10 and 100.
CAMPAIGNS = (1, 2, 4, 6, 8, 12, 17, 30)
LEADS = (5, 10, 20, 40, 75, 100, 200, 350)
MEMBERS = 4
ACTIVITIES = 25
HEADERS = ("Name", "E-mail", "Company", "Website", "Profile", "City", "Role", "Note")
COLUMNS = {
    "headers": list(HEADERS),
    "name": ["Name"],
    "email": "E-mail",
    "company": "Company",
}
SCENES = [
    {"id": "profile", "csv_column": "Profile", "duration_s": 9.5},
    {"id": "company", "csv_column": "Website", "duration_s": 12.0},
    {"id": "product", "url": "https://example.com/product", "duration_s": 15.0},
]


@dataclass(frozen=True)
class Seat:
    """One workspace with a browser that is signed in there, and its campaigns."""

    slug: str
    token: str
    workspace_id: UUID
    owner_id: UUID
    campaign_ids: Sequence[UUID]

    @property
    def cookie(self) -> str:
        return f"session={self.token}"


@dataclass(frozen=True)
class Seeded:
    """What there is now."""

    seats: Sequence[Seat]
    campaigns: int
    leads: int


def seed(owner_url: str, host: str, workspaces: int) -> Seeded:
    """Fills an empty database; a multiple of 8 workspaces keeps the means. `host` has its port."""
    seats = [
        Seat(
            f"team-{number:03}",
            new_token(),
            new_id(),
            new_id(),
            [new_id() for _ in range(CAMPAIGNS[number % len(CAMPAIGNS)])],
        )
        for number in range(workspaces)
    ]
    campaigns = [(seat, campaign_id) for seat in seats for campaign_id in seat.campaign_ids]
    counts = [LEADS[number % len(LEADS)] for number in range(len(campaigns))]
    with psycopg.connect(owner_url) as connection:
        _put_people(connection, seats, host)
        facecams = {seat.workspace_id: new_id() for seat in seats}
        _copy(connection, "facecams", (_facecam(seat, facecams) for seat in seats))
        rows = (
            _campaign(seat, campaign_id, count, facecams, number)
            for number, ((seat, campaign_id), count) in enumerate(
                zip(campaigns, counts, strict=True)
            )
        )
        _copy(connection, "campaigns", rows)
        _copy(connection, "leads", _leads(campaigns, counts))
        _copy(connection, "activities", _activities(seats))
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("vacuum analyze")
    return Seeded(seats, len(campaigns), sum(counts))


def list_cells(number: int) -> list[str]:
    """The cells of one row, as a team's list has them."""
    return [
        f"Person {number} Lindgren",
        f"person{number}@company{number}.example.com",
        f"Company {number} GmbH",
        f"https://company{number}.example.com/",
        f"https://people.example.com/in/person-{number}",
        "Gothenburg",
        "Head of Operations",
        f"Met at the fair, stand {number % 400}; wants to hear more about onboarding.",
    ]


def _put_people(connection: psycopg.Connection, seats: Sequence[Seat], host: str) -> None:
    members = [(seat, new_id()) for seat in seats for _ in range(MEMBERS - 1)]
    people = [(seat.owner_id, f"Olga {seat.slug}", f"owner@{seat.slug}.example") for seat in seats]
    people += [(each, f"Mel {each.hex[-6:]}", f"{each.hex}@example.com") for _, each in members]
    now = datetime.now(UTC)
    _copy(
        connection,
        "users",
        (
            {
                "id": user_id,
                "created_at": now,
                "email": email,
                "email_verified_at": now,
                "name": name,
                "notifications": Jsonb({}),
            }
            for user_id, name, email in people
        ),
    )
    _copy(connection, "auth_sessions", (_session(seat, f"{seat.slug}.{host}") for seat in seats))
    _copy(connection, "workspaces", (_workspace(seat) for seat in seats))
    belongs = [(seat, seat.owner_id, "owner") for seat in seats]
    belongs += [(seat, user_id, "member") for seat, user_id in members]
    _copy(
        connection,
        "memberships",
        (
            {
                "workspace_id": seat.workspace_id,
                "user_id": user_id,
                "role": role,
                "created_at": now,
            }
            for seat, user_id, role in belongs
        ),
    )


def _workspace(seat: Seat) -> dict[str, Any]:
    return {
        "id": seat.workspace_id,
        "created_at": datetime.now(UTC),
        "slug": seat.slug,
        "name": seat.slug.title(),
        "accent": "#5b3fd6",
        "background": "#ffffff",
    }


def _session(seat: Seat, host: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": new_id(),
        "created_at": now,
        "user_id": seat.owner_id,
        "token_sha256": token_hash(seat.token),
        "host": host,
        "address": "127.0.0.1",
        "user_agent": "Bench",
        "last_seen_at": now,
        "expires_at": now + timedelta(days=1),
    }


def _facecam(seat: Seat, ids: dict[UUID, UUID]) -> dict[str, Any]:
    return {
        "id": ids[seat.workspace_id],
        "created_at": datetime.now(UTC),
        "workspace_id": seat.workspace_id,
        "name": "Introduction",
        "state": "ready",
        "problem": "",
        "file_name": "introduction.mp4",
        "media_type": "video/mp4",
        "size_bytes": 8_000_000,
        "file_modified_ms": 0,
        "duration_s": 36.5,
        "trim_start_s": 0.0,
        "notes": Jsonb([]),
        "share": 1.0,
        "attempts": 0,
    }


def _campaign(
    seat: Seat, campaign_id: UUID, leads: int, facecams: dict[UUID, UUID], number: int
) -> dict[str, Any]:
    made_at = datetime.now(UTC) - timedelta(hours=number)
    bad = leads // 20
    return {
        "id": campaign_id,
        "created_at": made_at,
        "workspace_id": seat.workspace_id,
        "name": f"Outreach {number} to operations leads",
        "state": "draft" if bad else "ready",
        "created_by_id": seat.owner_id,
        "updated_at": made_at,
        "facecam_id": facecams[seat.workspace_id],
        "fit": "scale",
        "scenes": Jsonb(SCENES),
        "output": Jsonb({"fps": 60}),
        "bubble": Jsonb({"width": 320}),
        "lead_columns": Jsonb(COLUMNS),
        "leads_file_name": "leads.csv",
        "leads_state": "ready",
        "leads_problem": "",
        "leads_import": Jsonb({}),
        "good_leads": leads - bad,
        "bad_leads": bad,
        "skipped_leads": 0,
    }


def _leads(
    campaigns: Sequence[tuple[Seat, UUID]], counts: Sequence[int]
) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC)
    problem = json.dumps([{"column": "Website", "sentence": "This is no address.", "fatal": True}])
    for (seat, campaign_id), count in zip(campaigns, counts, strict=True):
        for row in range(2, count + 2):
            cells = list_cells(row)
            bad = row < count // 20 + 2
            yield {
                "id": new_id(),
                "created_at": now,
                "workspace_id": seat.workspace_id,
                "campaign_id": campaign_id,
                "row": row,
                "state": "bad" if bad else "good",
                "name": cells[0],
                "email": cells[1],
                "company": cells[2],
                "cells": json.dumps(cells),
                "problems": problem if bad else "[]",
            }


def _activities(seats: Sequence[Seat]) -> Iterator[dict[str, Any]]:
    verbs = ("campaign.created", "leads.imported", "campaign.duplicated", "campaign.archived")
    now = datetime.now(UTC)
    for seat in seats:
        for number in range(ACTIVITIES):
            yield {
                "id": new_id(),
                "created_at": now - timedelta(minutes=number * 7),
                "workspace_id": seat.workspace_id,
                "user_id": seat.owner_id,
                "verb": verbs[number % len(verbs)],
                "thing_id": seat.campaign_ids[number % len(seat.campaign_ids)],
                "thing_name": f"Outreach {number}",
                "details": Jsonb({"count": 100}),
            }


def _copy(connection: psycopg.Connection, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Writes the rows; their first one says which columns there are."""
    rows = iter(rows)
    first = next(rows)
    names = sql.SQL(", ").join(sql.Identifier(name) for name in first)
    query = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), names)
    with connection.cursor().copy(query) as copy:
        copy.write_row(list(first.values()))
        for row in rows:
            copy.write_row(list(row.values()))
