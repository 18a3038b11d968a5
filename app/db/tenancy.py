"""The one place where a transaction is bound to a workspace and a person; it knows no table.

Two guards at once: PostgreSQL's row-level security reads `app.workspace_id` and `app.user_id`, set
here for each transaction; the ORM adds the same condition to every statement on a Tenant table.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria

from app.db.base import Tenant

_SET_SCOPE = text(
    "select set_config('app.workspace_id', :workspace_id, true), "
    "set_config('app.user_id', :user_id, true), "
    "set_config('app.every_workspace', :every_workspace, true)"
)

_SCOPES = ("workspace_id", "user_id", "every_workspace")


async def enter_workspace(session: AsyncSession, workspace_id: UUID) -> None:
    """From here on the session sees and writes this workspace's rows, and no other's."""
    session.info["workspace_id"] = workspace_id
    await session.execute(_SET_SCOPE, _scope(session.info))


async def act_as_user(session: AsyncSession, user_id: UUID) -> None:
    """From here on the session also sees this person's memberships and their workspaces."""
    session.info["user_id"] = user_id
    await session.execute(_SET_SCOPE, _scope(session.info))


async def bind_scope(connection: AsyncConnection, info: dict[Any, Any]) -> None:
    """The connection's transaction sees what a session with this `info` may see."""
    await connection.execute(_SET_SCOPE, _scope(info))


def workspace_of(session: AsyncSession) -> UUID:
    """The workspace this session works for. Raises LookupError outside of any."""
    workspace_id = session.info.get("workspace_id")
    if not isinstance(workspace_id, UUID):
        raise LookupError("this session has not entered a workspace")
    return workspace_id


def _scope(info: dict[Any, Any]) -> dict[str, str]:
    return {key: str(info.get(key) or "") for key in _SCOPES}


@event.listens_for(Session, "after_begin")
def _bind_transaction(
    session: Session, _transaction: SessionTransaction, connection: Connection
) -> None:
    # Always, also without a scope: a connection from the pool must not carry another's.
    connection.execute(_SET_SCOPE, _scope(session.info))


@event.listens_for(Session, "do_orm_execute")
def _add_criterion(state: ORMExecuteState) -> None:
    workspace_id = state.session.info.get("workspace_id")
    if workspace_id is None or state.is_column_load or state.is_relationship_load:
        return
    if state.is_select or state.is_update or state.is_delete:
        state.statement = state.statement.options(
            with_loader_criteria(
                Tenant, lambda table: table.workspace_id == workspace_id, include_aliases=True
            )
        )
