"""The feed of a workspace: what its people did last, in sentences."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.workspaces.activity_sentences import ActivitySentence, sentence_of
from app.workspaces.models import Activity

SOMEBODY = "A former member"  # the account is gone, what was done stays


@dataclass(frozen=True)
class ActivityLine:
    """Reads as `who said thing rest`; `thing` is "" where the sentence names none."""

    verb: str
    who: str
    thing: str
    thing_id: UUID | None
    created_at: datetime
    sentence: ActivitySentence

    @property
    def symbol(self) -> str:
        return self.sentence.symbol

    @property
    def said(self) -> str:
        return self.sentence.said

    @property
    def rest(self) -> str:
        return self.sentence.rest

    @property
    def text(self) -> str:
        """The whole line as plain text."""
        return f"{self.who} {self.said} {self.thing}".rstrip() + self.rest


async def list_activity(session: AsyncSession, limit: int) -> list[ActivityLine]:
    """The latest lines of the session's workspace, newest first, in one query."""
    rows = await session.scalars(
        select(Activity)
        .options(joinedload(Activity.user))
        .order_by(Activity.created_at.desc(), Activity.id.desc())
        .limit(limit)
    )
    return [_line(activity) for activity in rows]


def _line(activity: Activity) -> ActivityLine:
    sentence = sentence_of(activity.verb, activity.details)
    return ActivityLine(
        verb=activity.verb,
        who=activity.user.shown_name if activity.user else SOMEBODY,
        thing=activity.thing_name if sentence.shows_thing else "",
        thing_id=activity.thing_id,
        created_at=activity.created_at,
        sentence=sentence,
    )
