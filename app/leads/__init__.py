"""A CSV becomes leads, row by row, keeping every error; it opens no page and stores nothing."""

from app.leads.csv_file import LeadsInvalid
from app.leads.lead import Lead
from app.leads.lead_list import LeadList, open_leads
from app.leads.problems import RowProblem
from app.urls import UrlInvalid, check_url

__all__ = [
    "Lead",
    "LeadList",
    "LeadsInvalid",
    "RowProblem",
    "UrlInvalid",
    "check_url",
    "open_leads",
]
