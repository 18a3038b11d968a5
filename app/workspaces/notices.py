"""Notices of members: written for some or all of a team, listed, read, and forgotten in the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Integer, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.base import new_id, now
from app.db.listen import notify
from app.db.tenancy import workspace_of
from app.web.paging import PageWindow, page_window
from app.web.refusals import NotFound
from app.workspaces.models import Membership
from app.workspaces.notice_models import BODY_LENGTH, TITLE_LENGTH, Notice

PAGE_SIZE = 30
KEPT_FOR = timedelta(days=90)

Kind = Literal["good", "warn", "bad"]


@dataclass(frozen=True)
class News:
    """What is told. `path` leads on, by a button with the words `step`."""

    kind: Kind
    title: str
    body: str = ""
    path: str = ""
    step: str = ""


async def tell_person(session: AsyncSession, user_id: UUID, news: News) -> bool:
    """This member has the notice, and the own pages show so; False for who is no member."""
    person = select(Membership.user_id).where(Membership.user_id == user_id)
    return await _tell(session, news, person) == 1


async def tell_managers(session: AsyncSession, news: News) -> int:
    """The owner and all admins of the workspace have the notice; how many they are."""
    managers = select(Membership.user_id).where(Membership.role.in_(("owner", "admin")))
    return await _tell(session, news, managers)


async def list_notices(
    session: AsyncSession, user_id: UUID, number: int
) -> tuple[Sequence[Notice], PageWindow]:
    """A page of this person's notices, newest first."""
    own = Notice.user_id == user_id
    total = await session.scalar(select(func.count(type_=Integer)).where(own)) or 0
    window = page_window(number, size=PAGE_SIZE, total=total)
    found = await session.scalars(
        select(Notice)
        .where(own)
        .order_by(Notice.created_at.desc(), Notice.id.desc())
        .limit(window.size)
        .offset(window.offset)
    )
    return found.all(), window


async def read_notice(session: AsyncSession, user_id: UUID, notice_id: UUID) -> Notice:
    """The person's notice, read from now on. Raises NotFound."""
    notice = await session.scalar(
        select(Notice).where(Notice.id == notice_id, Notice.user_id == user_id)
    )
    if notice is None:
        raise NotFound
    if notice.read_at is None:
        notice.read_at = now()
        await notify(session, "notices", user_id)
    return notice


async def read_all(session: AsyncSession, user_id: UUID) -> None:
    """Nothing of this workspace is unread by this person."""
    await session.execute(
        update(Notice)
        .where(Notice.user_id == user_id, Notice.read_at.is_(None))
        .values(read_at=now())
        .execution_options(synchronize_session=False)
    )
    await notify(session, "notices", user_id)


async def forget_notices(session: AsyncSession) -> int:
    """Notices older than `KEPT_FOR` are gone, in all workspaces that the session sees."""
    gone = await session.execute(delete(Notice).where(Notice.created_at < now() - KEPT_FOR))
    return int(gone.rowcount)  # type: ignore[attr-defined]


async def _tell(session: AsyncSession, news: News, whom: Select[UUID]) -> int:
    workspace_id = workspace_of(session)
    people = (await session.scalars(whom.where(Membership.workspace_id == workspace_id))).all()
    if not people:
        return 0
    await session.execute(
        insert(Notice),
        [
            {
                "id": new_id(),
                "workspace_id": workspace_id,
                "user_id": user_id,
                "kind": news.kind,
                "title": news.title[:TITLE_LENGTH],
                "body": news.body[:BODY_LENGTH],
                "path": news.path,
                "step": news.step,
            }
            for user_id in people
        ],
    )
    for user_id in people:
        await notify(session, "notices", user_id)
    return len(people)
