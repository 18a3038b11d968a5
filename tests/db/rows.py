"""A row of any table, made from its columns and constraints alone: also of tables to come."""

import re
import secrets
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, Table, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.models import Base

TENANT_TABLES = [table for table in Base.metadata.sorted_tables if "workspace_id" in table.c]
ENTITIES = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
# `state in ('good', 'bad')`: the last word may be used; the first may be allowed only once.
_ONE_OF = re.compile(r"^(\w+) in \((?:'\w+', )*'(\w+)'\)$")


async def row_values(session: AsyncSession, table: Table, workspace_id: UUID) -> dict[str, Any]:
    """Values for a row of this workspace that the database takes; rows it refers to are made."""
    values: dict[str, Any] = {"workspace_id": workspace_id}
    for constraint in table.foreign_key_constraints:
        parent = constraint.referred_table
        if parent.name == "workspaces" or all(
            column.nullable or column.name == "workspace_id" for column in constraint.columns
        ):
            continue
        parent_row = await _parent_row(session, parent, workspace_id)
        for element in constraint.elements:
            values[element.parent.name] = parent_row[element.column.name]
    for check in table.constraints:
        if isinstance(check, CheckConstraint) and (one := _ONE_OF.match(str(check.sqltext))):
            values[one[1]] = one[2]
    for column in table.columns:
        if column.name not in values and (column.primary_key or _must_be_given(column)):
            values[column.name] = _value(column)
    return values


async def insert_row(session: AsyncSession, table: Table, workspace_id: UUID) -> dict[str, Any]:
    """A row of this workspace is there; its values."""
    values = await row_values(session, table, workspace_id)
    await session.execute(insert(table).values(values))
    return values


async def _parent_row(session: AsyncSession, parent: Table, workspace_id: UUID) -> dict[str, Any]:
    if "workspace_id" in parent.c:
        return await insert_row(session, parent, workspace_id)
    assert parent.name == "users", f"teach tests/db/rows.py to make a row of {parent.name}"
    user = User(email=f"{secrets.token_hex(6)}@example.com")
    session.add(user)
    await session.flush()
    return {"id": user.id}


def _must_be_given(column: Column[Any]) -> bool:
    return not column.nullable and column.default is None and column.server_default is None


def _value(column: Column[Any]) -> Any:
    kind = column.type.python_type
    if kind is str:
        return secrets.token_hex(20)[: getattr(column.type, "length", None) or 40]
    samples: dict[type, Any] = {
        UUID: UUID(bytes=secrets.token_bytes(16)),
        bytes: secrets.token_bytes(32),
        datetime: datetime.now(UTC),
        date: datetime.now(UTC).date(),
        object: [],  # JSONB
    }
    return samples[kind] if kind in samples else kind(1)
