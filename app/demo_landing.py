"""What the demo's team chose for its landing pages: words, colour, a calendar to book in."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.settings import Settings
from app.viewer.page_choices import stored
from app.viewer.page_rows import read_rows, save_workspace_choices
from app.workspaces.models import Workspace

CALENDAR_PATH = "/walkthrough/"  # samples/calendar/walkthrough
ACCENT, BACKGROUND = "#3564e0", "#ffffff"  # those of samples/sites/northwind
HEADLINE = (
    '{{ lead.first_name | default("Hello") }}, a forecast that {{ lead.company | default("you") }} '
    "can stand behind"
)
TEXT = (
    "I looked at how {{ lead.company | default('your team') }} tells its story, and at where one "
    "number that everybody shares would help. If it rings true, take twenty minutes with me and "
    "see it with your own deals."
)
PRICES_AT_S = 21.0  # the third scene, the product's own page, has begun


async def choose_page(
    session: AsyncSession, settings: Settings, workspace: Workspace, product_url: str
) -> None:
    """All the workspace's landing pages are like this until the team decides otherwise.

    A meeting is booked in the last of the settings' own calendars, which is the demo's.
    """
    values: dict[str, Any] = {
        "headline": HEADLINE,
        "text": TEXT,
        "speaker": "Dana Reyes, Northwind",
        "accent": ACCENT,
        "background": BACKGROUND,
        "footer": "Northwind is made up: a sample team with a sample product.",
        "actions": [
            {"label": "See the prices", "url": product_url + "#pricing", "at_s": PRICES_AT_S}
        ],
    }
    if settings.calendar_origins:
        url = settings.calendar_origins[-1] + CALENDAR_PATH
        values["booking"] = {"kind": "calendly", "url": url, "label": "Book 20 minutes with Dana"}
    rows = await read_rows(session, workspace)
    await save_workspace_choices(session, rows, stored(values))
