"""A lead's link and all that decides what it shows, as one value; it reads nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.leads.columns import field_keys
from app.leads.lead import Lead
from app.viewer.landing import State
from app.viewer.page_choices import PageChoices
from app.viewer.phrases import PhraseValues

# A name may begin with a title; nobody is greeted “Hi Dr.”.
_TITLES = frozenset({"dr", "prof", "mr", "mrs", "ms", "mx", "herr", "frau", "ing", "dipl", "sir"})


@dataclass(frozen=True)
class LinkLead:
    """Whom the video is for, as it was when the video was asked for. `cells` by their headers."""

    row: int
    name: str
    email: str
    company: str
    headers: Sequence[str]
    cells: Sequence[str]
    name_columns: Sequence[str]

    @property
    def by_header(self) -> dict[str, str]:
        return dict(zip(self.headers, self.cells, strict=False))

    @property
    def first_name(self) -> str:
        """How to greet the lead; empty where the list does not tell."""
        columns = self.by_header
        if len(self.name_columns) > 1 and (first := columns.get(self.name_columns[0], "").strip()):
            return first
        fields = dict(zip(field_keys(self.headers), self.cells, strict=False))
        words = self.name.split()
        while len(words) > 1 and words[0].rstrip(".").lower() in _TITLES:
            words = words[1:]
        known = Lead(self.row, " ".join(words), fields, {}) if words else None
        return known.first_name.strip() if known else ""


@dataclass(frozen=True)
class LinkVideo:
    """The render that the link shows. `files` as in Render.files; the facecam's part in seconds of
    its clip; captions as (language, version)."""

    render_id: UUID
    made_at: datetime
    files: Mapping[str, Any]
    duration_s: float
    width: int
    height: int
    facecam_id: UUID | None
    facecam_start_s: float
    facecam_end_s: float | None
    captions: tuple[tuple[str, str], ...]

    def key_of(self, *names: str) -> str | None:
        """Where the first of these files that there is is stored."""
        return next((self.files[name]["key"] for name in names if name in self.files), None)


@dataclass(frozen=True)
class Link:
    """Everything about one link. Of one that was erased only the workspace's part is filled."""

    workspace_id: UUID
    slug: str
    workspace_name: str
    public_id: str
    choices: PageChoices
    logo_key: str | None
    password_hash: str | None
    revoked_at: datetime | None
    expires_at: datetime | None
    erased_at: datetime | None
    campaign_id: UUID | None
    campaign_name: str
    campaign_is_deleted: bool
    sender_name: str
    lead: LinkLead | None
    video: LinkVideo | None
    # The plan keeps the video no longer.
    is_removed: bool = False

    @property
    def ends_at(self) -> datetime | None:
        """The link's own date where it has one, else the campaign's days after the video."""
        days = self.choices.expires_after_days
        if self.expires_at is not None or days is None or self.video is None:
            return self.expires_at
        return self.video.made_at + timedelta(days=days)

    def state_at(self, now: datetime, *, unlocked: bool) -> State:
        """What the link shows now; `unlocked`: who asks has given the password."""
        if self.erased_at is not None:
            return "erased"
        if self.revoked_at is not None or self.campaign_is_deleted:
            return "revoked"
        if self.ends_at is not None and self.ends_at <= now:
            return "expired"
        if self.is_removed:
            return "removed"
        if self.password_hash and not unlocked:
            return "password"
        return "ready" if self.video is not None else "waiting"

    @property
    def phrase_values(self) -> PhraseValues:
        """What the words of the page may say of lead, sender and workspace."""
        lead = self.lead
        sender = self.choices.speaker.partition(",")[0].strip()
        return PhraseValues(
            {
                "lead.first_name": lead.first_name if lead else "",
                "lead.name": lead.name if lead else "",
                "lead.company": lead.company if lead else "",
                "lead.email": lead.email if lead else "",
                "sender.name": sender or self.sender_name,
                "workspace.name": self.workspace_name,
            },
            lead.by_header if lead else {},
        )
