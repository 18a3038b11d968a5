"""Where a lead's landing page is, and the piece of HTML that brings it into an e-mail.

It knows nothing of what is shown there.
"""

from html import escape

THUMBNAIL_WIDTH_PX = 480  # fits the narrowest column that mail programs draw


def landing_url(workspace_url: str, public_id: str) -> str:
    """The address of a lead's landing page, for the lead and nobody else to guess."""
    return f"{workspace_url}/v/{public_id}"


def email_html(workspace_url: str, public_id: str, name: str) -> str:
    """A linked thumbnail: what a mail-merge tool puts into a letter as it is."""
    url = escape(landing_url(workspace_url, public_id))
    words = escape(f"Video for {name}" if name else "A video for you")
    # Outlook reads the attribute, others the style; without both a picture overflows a phone.
    return (
        f'<a href="{url}"><img src="{url}/thumbnail.jpg" alt="{words}" '
        f'width="{THUMBNAIL_WIDTH_PX}" style="max-width:100%;height:auto;border:0"></a>'
    )
