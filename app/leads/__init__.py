"""A CSV becomes leads, row by row, keeping every error; it opens no page and stores nothing.

`open_leads` reads a list whose columns a campaign names. `read_table`, `suggest_columns` and
`check_row` take the same steps apart, for somebody who looks at the list and says what is what.
"""

from app.leads.checked_lead import CheckedLead, LeadColumns, check_row, lead_digest
from app.leads.csv_file import LeadsInvalid
from app.leads.csv_lines import bad_rows_csv, csv_lines
from app.leads.lead import Lead
from app.leads.lead_list import LeadList, open_leads
from app.leads.problems import Problem, RowProblem
from app.leads.suggest import Suggested, suggest_columns
from app.leads.table import Table, TableRow, read_pasted, read_table
from app.urls import UrlInvalid, check_url

__all__ = [
    "CheckedLead",
    "Lead",
    "LeadColumns",
    "LeadList",
    "LeadsInvalid",
    "Problem",
    "RowProblem",
    "Suggested",
    "Table",
    "TableRow",
    "UrlInvalid",
    "bad_rows_csv",
    "check_row",
    "check_url",
    "csv_lines",
    "lead_digest",
    "open_leads",
    "read_pasted",
    "read_table",
    "suggest_columns",
]
