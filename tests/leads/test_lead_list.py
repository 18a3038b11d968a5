"""Which rows become leads, and what is said about those that do not."""

import csv
import tracemalloc
from pathlib import Path

import pytest

from app.leads import Lead, LeadsInvalid, RowProblem, open_leads
from tests.leads.lists import read

# What 90,000 further rows may add to the peak: 8-byte digests and row numbers in a dict, measured
# 13 MB on 64-bit Python 3.11. The rows themselves would be more than 100 MB.
GROWTH_BYTES = 18_000_000


def test_a_row_has_the_number_a_spreadsheet_shows(tmp_path: Path) -> None:
    leads, problems = read(
        tmp_path,
        'name,website\n\n"Ada\nLovelace",https://a.com\n,\n , \nBob,https://b.com\n,\n,\n',
    )
    assert [(lead.row, lead.name) for lead in leads] == [(3, "Ada Lovelace"), (6, "Bob")]
    assert not problems


@pytest.mark.parametrize(
    "header",
    ["LinkedIn URL", "linkedin_url", " LINKEDIN-URL ", "LinkedinUrl", "linkedin\u00a0 url"],
)
def test_a_column_is_found_however_it_is_spelled(tmp_path: Path, header: str) -> None:
    leads, _ = read(tmp_path, f"name,{header}\nAda,https://a.com\n", urls=["linkedin_url"])
    assert leads[0].urls == {"linkedin_url": "https://a.com/"}


def test_of_two_similar_columns_the_one_spelled_out_is_taken(tmp_path: Path) -> None:
    text = "web_site,Web Site,web site\na.com,b.com,c.com\n"
    leads, _ = read(tmp_path, text, urls=["web site", "web_site"])
    assert leads[0].urls == {"web site": "https://c.com/", "web_site": "https://a.com/"}
    assert leads[0].fields == {"web_site": "a.com", "web_site_2": "b.com", "web_site_3": "c.com"}


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (
            "Name,Web site,,Company",
            "leads.csv has no column “website_url”. The columns there are: Name, Web site, Company."
            " Did you mean “Web site”?",
        ),
        (
            "A,Website URL,website-url",
            "leads.csv has 2 columns that could be “website_url”: “Website URL” (column 2), "
            "“website-url” (column 3). Rename all but one of them.",
        ),
        (
            "Ada,https://a.com,ada@a.com",
            "leads.csv has no column “website_url”. The columns there are: Ada, https://a.com, "
            "ada@a.com. The first row must hold the columns' names; this one looks like a lead.",
        ),
    ],
)
def test_a_column_that_is_not_there_is_one_clear_error(
    tmp_path: Path, header: str, sentence: str
) -> None:
    with pytest.raises(LeadsInvalid) as refused:
        read(tmp_path, f"{header}\n1,2,3\n", urls=["website_url"])
    assert str(refused.value) == sentence


def test_all_missing_columns_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(LeadsInvalid, match=r"has no columns “site”, “blog”. The columns there are"):
        read(tmp_path, "name\nAda\n", urls=["site", "blog"])


@pytest.mark.parametrize(
    ("cell", "code", "sentence"),
    [
        ("", "url_empty", "There is no address in this cell."),
        ("N/A", "url_empty", "There is no address in this cell."),
        ("acme", "url_invalid", "“acme” is not a web address: it has no ending such as .com."),
        ("gmail.com", "free_mail", "gmail.com offers free e-mail and is not the lead's own site."),
        ("https://www.yahoo.co.uk/", "free_mail", "yahoo.co.uk offers free e-mail and is not"),
    ],
)
def test_without_an_address_a_row_is_lost_unless_there_is_a_fallback(
    tmp_path: Path, cell: str, code: str, sentence: str
) -> None:
    text = f"name,website\nAda,{cell}\nBob,https://b.com\n"
    leads, [problem] = read(tmp_path, text)
    assert [lead.name for lead in leads] == ["Bob"]
    assert (problem.row, problem.column, problem.code, problem.fatal) == (2, "website", code, True)
    assert problem.message.startswith(sentence)
    assert problem.message.endswith("or give the scene a fallback page.")

    leads, [note] = read(tmp_path, text, fallback=frozenset({"website"}))
    assert [lead.urls for lead in leads] == [{}, {"website": "https://b.com/"}]
    assert (note.code, note.fatal) == (code, False)
    assert note.message.endswith("The scene's fallback page is shown instead.")


def test_a_page_deep_in_a_mail_providers_site_is_fine(tmp_path: Path) -> None:
    leads, problems = read(tmp_path, "name,website\nAda,https://www.yahoo.com/author/ada\n")
    assert (len(leads), problems) == (1, [])


def test_a_missing_scheme_is_added_with_a_note(tmp_path: Path) -> None:
    [lead], [note] = read(tmp_path, "name,website\nAda,Example.com/ada\n")
    assert lead.urls == {"website": "https://example.com/ada"}
    assert str(note) == (
        "Row 2, website: “Example.com/ada” has no https:// in front, so "
        "https://example.com/ada is used."
    )
    assert not note.fatal


def test_every_address_of_a_row_is_reported(tmp_path: Path) -> None:
    leads, problems = read(tmp_path, "a,b\nftp://x.com,mailto:x@y.z\n", urls=["a", "b"])
    assert (leads, [problem.column for problem in problems]) == ([], ["a", "b"])


def test_the_same_lead_twice_gives_one_video(tmp_path: Path) -> None:
    leads, problems = read(
        tmp_path,
        "id,name,email,website\n1,Ada,a@x.com,https://a.com\n2,Bob,b@x.com,https://a.com\n"
        "3,ADA,A@x.com,https://A.com/\n4,Ada,,https://a.com\n5,Ada,,https://a.com\n"
        "5,Ada,,https://a.com \n",
    )
    assert [lead.row for lead in leads] == [2, 3, 5, 6]
    assert [str(problem) for problem in problems] == [
        "Row 4: This is the same lead as in row 2, so no second video is made.",
        "Row 7: This is the same lead as in row 6, so no second video is made.",
    ]


def test_a_row_with_too_many_cells_is_not_trusted(tmp_path: Path) -> None:
    text = "name,website\nAcme, Inc,https://a.com\nBob,https://b.com,,\nCy\n"
    leads, [problem, note] = read(tmp_path, text, fallback=frozenset({"website"}))
    assert [lead.name for lead in leads] == ["Bob", "Cy"]
    assert str(problem) == (
        "Row 2: This row has 3 cells for 2 columns. "
        "A cell with a “,” in it must stand in quotation marks."
    )
    assert (problem.fatal, note.code, note.fatal) == (True, "url_empty", False)


def test_a_quotation_mark_left_open_costs_only_its_row(tmp_path: Path) -> None:
    rows = "".join(f"Lead {i},https://a.com/{i}\n" for i in range(10_000))
    leads, [problem] = read(tmp_path, f'name,website\n"Ada,https://a.com\n{rows}')
    assert (len(leads), leads[0].row, leads[-1].row) == (10_000, 3, 10_002)
    assert (
        str(problem) == "Row 2: A quotation mark in this row is never closed. Close or remove it."
    )
    leads, [problem] = read(tmp_path, 'name,website\nAda,https://a.com\n"Bob,https://b.com\n')
    assert (leads[0].name, problem.row, problem.fatal) == ("Ada", 3, True)


@pytest.mark.parametrize(
    ("header", "cells", "told"),
    [
        ("Name", "Ada Lovelace", ("Ada Lovelace", "Ada", "2-ada-lovelace")),
        ("First Name,last-name", "Ada,Lovelace", ("Ada Lovelace", "Ada", "2-ada-lovelace")),
        ("first_name,email", "Ada,a@x.com", ("Ada", "Ada", "2-ada")),
        ("Contact,E-Mail", ",ada@x.com", ("ada@x.com", "", "2-ada-x-com")),
        ("full name,contact", ",Ada  L.", ("Ada L.", "Ada", "2-ada-l")),
        (
            "name",
            "Łukasz Størmer-Weiß",
            ("Łukasz Størmer-Weiß", "Łukasz", "2-lukasz-stormer-weiss"),
        ),
        ("name", "王伟", ("王伟", "王伟", "2-lead")),
        ("name", "../../etc", ("../../etc", "../../etc", "2-etc")),
        ("city", "Rome", ("row 2", "", "2-lead")),
        ("name", "x" * 300, ("x" * 300, "x" * 300, "2-" + "x" * 60)),
    ],
)
def test_a_lead_is_named_by_the_best_column_there_is(
    tmp_path: Path, header: str, cells: str, told: tuple[str, str, str]
) -> None:
    [lead], _ = read(tmp_path, f"{header}\n{cells}\n", urls=[])
    assert (lead.name, lead.first_name, lead.slug) == told


def test_fields_have_every_named_column(tmp_path: Path) -> None:
    [lead], _ = read(tmp_path, "Name,,Company Name\nAda , x, Acme\n", urls=[])
    assert lead.fields == {"name": "Ada", "company_name": "Acme"}
    assert lead.company == "Acme"


def test_a_list_can_be_read_again_and_does_not_run_ahead(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("name\nAda\nBob\n")
    leads = open_leads(path, url_columns=[])
    assert (leads.headers, leads.encoding, leads.delimiter) == (("name",), "utf-8", ",")
    first = next(iter(leads))
    assert isinstance(first, Lead)
    assert [lead.name for lead in leads if isinstance(lead, Lead)] == [first.name, "Bob"]


def test_a_hundred_thousand_rows_take_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "note"])
        rows.writerows((f"Lead {i}", "x" * 1000) for i in range(100_000))
    tracemalloc.start()
    try:
        peaks = {}
        count = 0
        for count, found in enumerate(open_leads(path, url_columns=[]), start=1):
            assert not isinstance(found, RowProblem)
            if count in {10_000, 100_000}:
                peaks[count] = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 100_000
    assert peaks[100_000] - peaks[10_000] < GROWTH_BYTES
