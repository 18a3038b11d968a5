"""The lead's name and words for the pictures, drawn by the browser, which has every script."""

import dataclasses

from app.pipeline.browser.card_words import draw_card_words
from app.pipeline.browser.nameplate import draw_nameplate
from app.pipeline.browser.studio import Studio
from app.pipeline.spec import RenderSpec


@dataclasses.dataclass(frozen=True)
class Lettering:
    """What the browser wrote for the pictures; empty for a draft, which has none."""

    nameplate: bytes = b""
    card_words: bytes = b""


async def draw_lettering(studio: Studio, spec: RenderSpec) -> Lettering:
    """Drawn while the pages load; none for a draft."""
    if spec.draft:
        return Lettering()
    async with studio.page() as page:
        return Lettering(
            nameplate=await draw_nameplate(page, spec.lead.name),
            card_words=await draw_card_words(
                page,
                spec.lead.name,
                spec.lead.company,
                # The face is at the other side.
                side="right" if spec.style.corner == "bottom-left" else "left",
            ),
        )
