"""What a line of the feed says, by its verb; it reads no database and knows no page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.phrases import plural

# Read out as: who – said – thing – rest.
AS_ROLE = {"owner": "the owner", "admin": "an admin", "member": "a member"}


@dataclass(frozen=True)
class ActivitySentence:
    """`symbol` is an icon's name; `said` and `rest` are the words around the thing's name."""

    symbol: str
    said: str
    rest: str = ""
    shows_thing: bool = True


SENTENCES: Mapping[str, ActivitySentence] = {
    "campaign.created": ActivitySentence("plus", "created the campaign"),
    "campaign.archived": ActivitySentence("archive", "archived"),
    "campaign.duplicated": ActivitySentence("copy-plus", "duplicated"),
    "campaign.deleted": ActivitySentence("trash-2", "deleted the campaign"),
    "campaign.restored": ActivitySentence("undo-2", "brought back"),
    "facecam.added": ActivitySentence("scan-face", "added the facecam"),
    "facecam.deleted": ActivitySentence("trash-2", "deleted the facecam"),
    "leads.imported": ActivitySentence("users", "added {leads} to"),
    "videos.requested": ActivitySentence("clapperboard", "asked for {videos} of"),
    "videos.cancelled": ActivitySentence("circle-stop", "cancelled {videos} of"),
    "videos.retried": ActivitySentence("rotate-ccw", "tried {videos} again of"),
    "campaign.rendered": ActivitySentence("film", "made {videos} of"),
    "member.joined": ActivitySentence("user-check", "joined the team", shows_thing=False),
    "member.invited": ActivitySentence("mail", "invited", " as {role}"),
    "member.removed": ActivitySentence("user-minus", "removed", " from the team"),
    "member.left": ActivitySentence("log-out", "left the team", shows_thing=False),
    "member.role_changed": ActivitySentence("shield", "made", " {role}"),
    "domain.added": ActivitySentence("globe", "added the domain"),
    "domain.verified": ActivitySentence(
        "globe", "found the records of", ", which shows your pages now"
    ),
    "domain.withdrawn": ActivitySentence("globe", "no longer shows your pages at"),
    "domain.removed": ActivitySentence("trash-2", "removed the domain"),
    "workspace.created": ActivitySentence("rocket", "created the workspace"),
    "workspace.renamed": ActivitySentence("pencil", "renamed the workspace to"),
    "workspace.moved": ActivitySentence("globe", "moved the workspace to"),
    "workspace.transferred": ActivitySentence("key-round", "handed the workspace over to"),
}
OTHERWISE = ActivitySentence("activity", "changed")


def sentence_of(verb: str, details: Mapping[str, Any]) -> ActivitySentence:
    """The sentence of a verb, its details filled in; a plain one for a verb without a sentence."""
    sentence = SENTENCES.get(verb, OTHERWISE)
    count = details.get("count")
    words = {
        "videos": plural(count, "video", "videos") if isinstance(count, int) else "videos",
        "leads": plural(count, "lead", "leads") if isinstance(count, int) else "leads",
        "role": AS_ROLE.get(str(details.get("role")), "a member"),
    }
    return ActivitySentence(
        sentence.symbol,
        sentence.said.format(**words),
        sentence.rest.format(**words),
        sentence.shows_thing,
    )
