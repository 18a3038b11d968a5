"""The letters in the outbox folder, read back; puts none there and knows no pages."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from pathlib import Path

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]*", re.ASCII)  # of one file here, and no path
_LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class OutboxLetter:
    """A letter as it lies in the outbox. `links` are those of its text, each once."""

    id: str
    to: str
    subject: str
    date: datetime
    text: str
    html: str
    links: tuple[str, ...]


def list_letters(folder: Path, *, at_most: int = 200) -> list[OutboxLetter]:
    """The newest letters in `folder`, newest first; none where there is no folder yet."""
    files = sorted(folder.glob("*.eml"), key=lambda path: path.name, reverse=True)[:at_most]
    found = (find_letter(folder, path.stem) for path in files)
    return [letter for letter in found if letter]


def find_letter(folder: Path, letter_id: str) -> OutboxLetter | None:
    """The letter of this id, or None: also for an id that is no plain file name."""
    path = folder / f"{letter_id}.eml"
    if not _ID.fullmatch(letter_id) or not path.is_file():
        return None
    try:
        content = path.read_bytes()
        written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:  # somebody cleared the outbox just now
        return None
    message = message_from_bytes(content, _class=EmailMessage, policy=SMTPUTF8)
    text = _part(message, "plain")
    return OutboxLetter(
        id=letter_id,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        date=_date(message) or written_at,
        text=text,
        html=_part(message, "html"),
        links=tuple(dict.fromkeys(link.rstrip(".,;:)") for link in _LINK.findall(text))),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    # Lines end in CRLF on the wire and in these files.
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _date(message: EmailMessage) -> datetime | None:
    date: datetime | None = getattr(message["Date"], "datetime", None)
    # The zone -0000 says that the writer's zone is not known; the time is UTC (RFC 5322, 3.3).
    return date.replace(tzinfo=date.tzinfo or UTC) if date else None
