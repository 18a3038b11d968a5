"""A campaign's good leads as a CSV with links and videos, row by row; it holds no whole list."""

from collections.abc import AsyncIterator, Iterable, Mapping
from itertools import islice
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.campaigns.models import Campaign, Lead
from app.campaigns.public_links import LeadLinks, LinkColumns, SharedLead
from app.campaigns.videos_seen import LeadVideo, VideosSeen
from app.db.session import Database
from app.leads import csv_lines
from app.leads.header_row import unique_headers

ROWS_AT_ONCE = 1000
LeadRow = Row[int, str, str, list[str]]


async def export_lines(
    database: Database, campaign: Campaign, links: LeadLinks, videos: VideosSeen
) -> AsyncIterator[str]:
    """The file in pieces: the list's own columns, then what brings a lead to its video, and the
    video's state.

    Each piece is read in a transaction of its own, so a slow download holds none open.
    """
    own = [str(each) for each in campaign.lead_columns.get("headers", [])]
    async with database.session(workspace_id=campaign.workspace_id) as session:
        columns = await links.columns(session, campaign.id)
    headers = unique_headers([*own, *columns.headers, "video"])
    yield "".join(csv_lines(headers, []))
    row = 0
    while True:
        async with database.session(workspace_id=campaign.workspace_id) as session:
            batch = await _batch(session, campaign.id, after=row)
            public_ids = [lead.public_id for lead in batch]
            words = await videos.words_of_leads(session, campaign.id, public_ids)
            made = await videos.of_leads(session, campaign.id, public_ids)
        if not batch:
            return
        row = batch[-1].row
        lines = csv_lines(headers, _cells(batch, len(own), columns, made, words))
        yield "".join(islice(lines, 1, None))


async def _batch(session: AsyncSession, campaign_id: UUID, *, after: int) -> list[LeadRow]:
    found = await session.execute(
        select(Lead.row, Lead.public_id, Lead.name, Lead.cells)
        .where(Lead.campaign_id == campaign_id, Lead.state == "good", Lead.row > after)
        .order_by(Lead.row)
        .limit(ROWS_AT_ONCE)
    )
    return list(found)


def _cells(
    batch: Iterable[LeadRow],
    width: int,
    columns: LinkColumns,
    made: Mapping[str, LeadVideo],
    words: Mapping[str, str],
) -> Iterable[list[str]]:
    for lead in batch:
        # A row may be shorter than its header; its link stands in the link's column all the same.
        own = [*lead.cells[:width], *[""] * (width - len(lead.cells))]
        video = made.get(lead.public_id)
        shared = SharedLead(lead.public_id, lead.name, bool(video and video.picture_id))
        yield [*own, *columns.cells(shared), words.get(lead.public_id, "not made yet")]
