"""The words of a link's captions, which are not kept with the link: most browsers never ask."""

from sqlalchemy import select

from app.db.session import Database
from app.facecams.models import Caption
from app.viewer.link import Link


async def find_caption(database: Database, link: Link, language: str) -> str | None:
    """WebVTT on the clip's own time; None where there is none in this language any longer."""
    if link.video is None or link.video.facecam_id is None:
        return None
    async with database.session(workspace_id=link.workspace_id) as session:
        vtt: str | None = await session.scalar(
            select(Caption.vtt).where(
                Caption.workspace_id == link.workspace_id,
                Caption.facecam_id == link.video.facecam_id,
                Caption.language == language,
            )
        )
    return vtt
