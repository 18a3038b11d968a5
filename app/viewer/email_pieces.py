"""A lead's link as pieces of HTML to put elsewhere: into a letter, into another site's page.

A letter's piece is what every mail program draws: a linked picture of a fixed width, its words in
`alt`, and a linked line under it, as many programs show no picture until they are asked to.
"""

from html import escape

from app.viewer.share_cards import video_words

PICTURE_WIDTH_PX = 480  # fits the narrowest column that mail programs draw
# Gmail cuts off, and others hold back, what is larger; the picture counts, wherever it lies.
LETTER_BYTES = 1_000_000
EMBED_SIZE = (640, 360)
# Playing on its own without sound, and what the player's buttons do.
_EMBED_ALLOWS = "autoplay; fullscreen; picture-in-picture"


def email_html(page_url: str, picture_url: str | None, name: str) -> str:
    """The piece for a letter. Without a picture, as for links behind a password, a line alone."""
    url, words = escape(page_url), escape(video_words(name))
    if picture_url is None:
        return f'<a href="{url}">{words}</a>'
    # Outlook reads the attribute, others the style; without both a picture overflows a phone.
    # It shows a GIF's first picture alone, which has name and play sign already.
    return (
        f'<a href="{url}"><img src="{escape(picture_url)}" alt="{words}" '
        f'width="{PICTURE_WIDTH_PX}" style="max-width:100%;height:auto;border:0"></a>'
        f'<br><a href="{url}">Watch the video</a>'
    )


def email_text(page_url: str, name: str) -> str:
    """The same for programs that take plain text alone."""
    return f"{video_words(name)}: {page_url}"


def embed_code(
    embed_url: str, name: str, width: int = EMBED_SIZE[0], height: int = EMBED_SIZE[1]
) -> str:
    """The player alone, for a page of the team's own."""
    return (
        f'<iframe src="{escape(embed_url)}" width="{width}" height="{height}" '
        f'title="{escape(video_words(name))}" allow="{_EMBED_ALLOWS}" loading="lazy" '
        f'style="border:0;max-width:100%" allowfullscreen></iframe>'
    )


def fitted(width: int, height: int, room: tuple[int, int]) -> tuple[int, int]:
    """The largest size of a video's shape within `room`, in whole pixels, at least one."""
    scale = min(room[0] / max(1, width), room[1] / max(1, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
