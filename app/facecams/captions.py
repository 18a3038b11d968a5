"""The captions of a facecam, one text for each language: listed, saved, removed; knows no file."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.listen import notify
from app.db.tenancy import workspace_of
from app.facecams.caption_text import CaptionMistake, CaptionsRefused
from app.facecams.languages import language_name
from app.facecams.models import Caption, Facecam
from app.web.refusals import NotFound

LANGUAGES_AT_MOST = 20


async def list_captions(session: AsyncSession, facecam_id: UUID) -> list[Caption]:
    """Those of a facecam, by their language's name."""
    found = await session.scalars(select(Caption).where(Caption.facecam_id == facecam_id))
    return sorted(found, key=lambda each: language_name(each.language))


async def get_caption(session: AsyncSession, facecam_id: UUID, language: str) -> Caption:
    """The captions in one language. Raises NotFound."""
    caption = await session.scalar(
        select(Caption).where(Caption.facecam_id == facecam_id, Caption.language == language)
    )
    if caption is None:
        raise NotFound
    return caption


async def save_caption(
    session: AsyncSession, facecam: Facecam, language: str, vtt: str, *, file_name: str
) -> bool:
    """The facecam, held for update, has these in this language; whether they replaced others.

    Raises CaptionsRefused for one language too many.
    """
    there = {each.language: each for each in await list_captions(session, facecam.id)}
    known = there.get(language)
    if known is not None:
        known.vtt, known.file_name = vtt, file_name
    elif len(there) >= LANGUAGES_AT_MOST:
        sentence = f"{LANGUAGES_AT_MOST} languages are the most. Remove one first."
        raise CaptionsRefused(CaptionMistake(0, sentence))
    else:
        session.add(
            Caption(
                workspace_id=workspace_of(session),
                facecam_id=facecam.id,
                language=language,
                file_name=file_name,
                vtt=vtt,
            )
        )
    await session.flush()
    await notify(session, "facecam", facecam.id)
    return known is not None


async def remove_caption(session: AsyncSession, facecam: Facecam, language: str) -> None:
    """The facecam has none in this language. Raises NotFound when it had none."""
    gone = await session.scalar(
        delete(Caption)
        .where(Caption.facecam_id == facecam.id, Caption.language == language)
        .returning(Caption.id)
    )
    if gone is None:
        raise NotFound
    await notify(session, "facecam", facecam.id)
