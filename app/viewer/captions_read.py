"""The words of a link's captions, which are not kept with the link: most browsers never ask."""

from sqlalchemy import func, select

from app.db.session import Database
from app.facecams.models import Caption
from app.viewer.link import Link


async def find_caption(database: Database, link: Link, language: str) -> tuple[str, str] | None:
    """The version, as a link names it, and WebVTT on the clip's own time; None where there is none
    in this language any longer."""
    if link.video is None or link.video.facecam_id is None:
        return None
    async with database.session(workspace_id=link.workspace_id) as session:
        found = await session.execute(
            select(func.left(func.md5(Caption.vtt), 12), Caption.vtt).where(
                Caption.workspace_id == link.workspace_id,
                Caption.facecam_id == link.video.facecam_id,
                Caption.language == language,
            )
        )
        row = found.one_or_none()
    return (row[0], row[1]) if row else None
