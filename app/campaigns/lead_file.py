"""The file of a list's bad and skipped rows, piece by piece; it holds no list in memory."""

from collections.abc import AsyncIterator
from itertools import islice
from typing import Any

from sqlalchemy import select

from app.campaigns.models import Campaign, Lead
from app.db.session import Database
from app.leads import bad_rows_csv

ROWS_AT_ONCE = 1000


async def bad_row_lines(database: Database, campaign: Campaign) -> AsyncIterator[str]:
    """The file in pieces: the list's own columns, then each row's number and reason.

    Each piece is read in a transaction of its own, so a slow download holds none open.
    """
    headers = [str(each) for each in campaign.lead_columns.get("headers", [])]
    yield "".join(bad_rows_csv(headers, []))
    row = 0
    while True:
        async with database.session(workspace_id=campaign.workspace_id) as session:
            query = (
                select(Lead.row, Lead.cells, Lead.problems)
                .where(Lead.campaign_id == campaign.id, Lead.state != "good", Lead.row > row)
                .order_by(Lead.row)
                .limit(ROWS_AT_ONCE)
            )
            found = list(await session.execute(query))
        if not found:
            return
        row = found[-1].row
        told = ((number, cells, reasons(problems)) for number, cells, problems in found)
        yield "".join(islice(bad_rows_csv(headers, told), 1, None))


def reasons(problems: list[dict[str, Any]]) -> str:
    """What is fatal about a row, in sentences, each with its column."""
    return " ".join(
        f"{each['column']}: {each['sentence']}" if each["column"] else each["sentence"]
        for each in problems
        if each["fatal"]
    )
