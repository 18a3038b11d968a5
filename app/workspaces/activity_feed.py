"""The feed of a workspace: what its people did last, in sentences."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from app.workspaces.activity_sentences import ActivitySentence, sentence_of
from app.workspaces.models import Activity, Membership

SOMEBODY = "A former member"  # the account is gone, what was done stays
THE_SERVICE = "Loom-Lite"
STAFF = "Loom-Lite staff"
OF_THE_SERVICE = frozenset(
    {"campaign.rendered", "domain.verified", "domain.withdrawn"}
)  # what no person does
# Who has left the team shows it no picture any more.
_IS_MEMBER = exists().where(
    Membership.workspace_id == Activity.workspace_id, Membership.user_id == Activity.user_id
)


@dataclass(frozen=True)
class ActivityLine:
    """Reads as `who said thing rest`; `thing` is "" where the sentence names none.

    `pictured_id` is the member's whose picture the team may see; None where there is none.
    """

    verb: str
    who: str
    pictured_id: UUID | None
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
    rows = await session.execute(
        select(Activity, _IS_MEMBER)
        .options(joinedload(Activity.user))
        .order_by(Activity.created_at.desc(), Activity.id.desc())
        .limit(limit)
    )
    return [_line(activity, is_member=is_member) for activity, is_member in rows]


def _line(activity: Activity, *, is_member: bool) -> ActivityLine:
    user, by_staff = activity.user, activity.details.get("by_staff", False)
    sentence = sentence_of(activity.verb, activity.details)
    return ActivityLine(
        verb=activity.verb,
        who=_who(activity),
        pictured_id=user.id if user and user.avatar_key and is_member and not by_staff else None,
        thing=activity.thing_name if sentence.shows_thing else "",
        thing_id=activity.thing_id,
        created_at=activity.created_at,
        sentence=sentence,
    )


def _who(activity: Activity) -> str:
    if activity.user is None:
        return THE_SERVICE if activity.verb in OF_THE_SERVICE else SOMEBODY
    name = activity.user.shown_name
    return f"{STAFF} as {name}" if activity.details.get("by_staff") else name
