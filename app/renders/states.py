"""The states of a render, and the only statements that change one.

queued → preparing → recording → composing → creating_thumbnail → uploading → completed
       ↖_____________ another try ______________________________↙            | failed | cancelled
"""

from typing import Any, Final, Literal, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.renders.models import Render

RenderState = Literal[
    "queued", "preparing", "recording", "composing", "creating_thumbnail", "uploading",
    "completed", "failed", "cancelled",
]  # fmt: skip

STATES: Final[tuple[RenderState, ...]] = get_args(RenderState)
WORKING: Final = STATES[1:6]
ENDED: Final = STATES[6:]
UNDER_WAY: Final = STATES[:6]

# For the worker's own connection: one render steps on, within the statement that proves that it is
# still that worker's; see progress.py.
STEP_ON = """
    update renders set state = %(state)s
    where id = %(render_id)s and state <> %(state)s
      and state not in ('completed', 'failed', 'cancelled')
"""


async def move(
    session: AsyncSession,
    which: ColumnElement[bool],
    old: tuple[RenderState, ...],
    new: RenderState,
    **values: Any,
) -> list[UUID]:
    """Those of the renders that are in one of the `old` states are in the new one; their ids.

    What is missing in the answer was no longer there: somebody else got there first.
    """
    moved = await session.scalars(
        update(Render)
        .where(which, Render.state.in_(old))
        .values(state=new, **values)
        .returning(Render.id)
        .execution_options(synchronize_session=False)
    )
    return list(moved)
