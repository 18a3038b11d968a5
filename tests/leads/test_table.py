"""A list comes back as a table of raw cells, and what is no list is refused in words."""

import csv
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.leads import LeadsInvalid, Table, TableRow, read_pasted, read_table
from app.leads.table import MAX_COLUMNS, TOO_LONG

ONCE = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
# 90,000 further rows are counted, not kept.
GROWTH_BYTES = 100_000


def table(folder: Path, text: str | bytes, *, max_rows: int = 100_000) -> Table:
    path = folder / "leads.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_table(path, max_rows=max_rows)


def refusal(folder: Path, text: str | bytes, *, max_rows: int = 100_000) -> str:
    with pytest.raises(LeadsInvalid) as refused:
        table(folder, text, max_rows=max_rows)
    return str(refused.value)


def test_a_table_has_headers_and_numbered_rows(tmp_path: Path) -> None:
    found = table(tmp_path, "\nName;Site\n Ada ;a.com\n\nBob;b.com\n")
    assert (found.headers, found.header_row, found.row_count) == (("Name", "Site"), 2, 2)
    assert (found.encoding, found.delimiter) == ("utf-8", ";")
    assert list(found) == [TableRow(3, ("Ada", "a.com")), TableRow(5, ("Bob", "b.com"))]
    assert list(found) == list(found)
    assert found.sample(1) == [("Ada", "a.com")]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Name,,Site", ("Name", "Column 2", "Site")),
        ("Site,Site,site,Site 2", ("Site", "Site 2", "site 3", "Site 2 2")),
        ("Site 2,Site,Site", ("Site 2", "Site", "Site 3")),
        ('"Company\nname",Site', ("Company name", "Site")),
        (f"Name,{'x' * 300}", ("Name", "x" * 99 + "…")),
        ("Account.Name,Contact.Email", ("Account.Name", "Contact.Email")),
    ],
)
def test_every_column_has_a_name_of_its_own(
    tmp_path: Path, header: str, names: tuple[str, ...]
) -> None:
    found = table(tmp_path, f"{header}\n{','.join('abcd'[: len(names)])}\n")
    assert (found.headers, found.row_count) == (names, 1)


@pytest.mark.parametrize(
    "first", ["Ada,ada@x.com,note", "Ada,https://a.com,note", "Ada,www.a.com,n", "Ada,a.com,note"]
)
def test_a_list_that_begins_with_a_lead_gets_made_up_headers(tmp_path: Path, first: str) -> None:
    found = table(tmp_path, f"{first}\nBob,b.com,x\n")
    assert (found.headers, found.header_row) == (("Column 1", "Column 2", "Column 3"), None)
    assert [row.row for row in found] == [1, 2]
    assert (found.row_count, table(tmp_path, "Ada,ada@x.com").row_count) == (2, 1)


def test_empty_columns_at_the_end_are_left_out(tmp_path: Path) -> None:
    assert table(tmp_path, "Name,,,,\nAda,,,,\n").headers == ("Name",)
    assert table(tmp_path, "Name,,,,\nAda\nBob,,x,,\n").headers == ("Name", "Column 2", "Column 3")
    wide = "," * 1_000
    assert table(tmp_path, f"Name{wide}\nAda{wide}\n").headers == ("Name",)


def test_a_short_row_is_filled_up(tmp_path: Path) -> None:
    assert list(table(tmp_path, "a,b,c\n1\n1,2,3,,\n")) == [
        TableRow(2, ("1", "", "")),
        TableRow(3, ("1", "2", "3")),
    ]


def test_a_row_with_too_many_cells_keeps_them_all_and_says_so(tmp_path: Path) -> None:
    [row] = table(tmp_path, "Name,Site\nAcme, Inc,https://a.com\n")
    assert row.cells == ("Acme", "Inc,https://a.com")
    assert row.problem == (
        "This row has 3 cells for 2 columns. A cell with a “,” in it must stand in quotation marks."
    )


def test_a_quotation_mark_left_open_costs_only_its_row(tmp_path: Path) -> None:
    found = table(tmp_path, 'Name,Site\n"Ada,a.com\n' + "Bob,b.com\n" * 20_000)
    first, second, *_ = found
    assert first.cells == ("Ada", "a.com")
    assert first.problem == "A quotation mark in this row is never closed. Close or remove it."
    assert second == TableRow(3, ("Bob", "b.com"))
    assert (found.row_count, found.sample(1)) == (20_001, [("Bob", "b.com")])


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_row_that_is_too_long_costs_only_itself(
    tmp_path: Path, line_end: str, quote: str
) -> None:
    lines = ["Name,Site", f"{quote}Ada,{'x' * 500_000}", "Bob,b.com", ""]
    rows = list(table(tmp_path, line_end.join(lines)))
    assert rows[0].problem == TOO_LONG
    assert rows[1:] == [TableRow(3, ("Bob", "b.com"))]


def test_a_long_line_inside_an_open_quotation_is_a_row_of_its_own(tmp_path: Path) -> None:
    rows = list(table(tmp_path, f'Name,Site\n"Ada,a.com\n{"x" * 500_000}\nBob,b.com\n'))
    assert [(row.row, row.problem is None) for row in rows] == [(2, False), (3, False), (4, True)]


def test_the_apostrophe_before_a_formula_is_dropped(tmp_path: Path) -> None:
    [row] = table(tmp_path, "a,b,c,d\n'=1+1,'+49 30,'n Roll,''-x\n")
    assert row.cells == ("=1+1", "+49 30", "'n Roll", "'-x")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "leads.csv is empty. It needs a row with column names and a row per lead."),
        (b"name,site\n", "leads.csv has the names of columns, but no lead below them."),
        (b'name,"site\nx,y\n', "leads.csv has a quotation mark in its first row that is never"),
        (b"PK\x03\x04\0", "leads.csv is an Excel workbook or another zip file, not a CSV file. "
         "Open the list in your spreadsheet program, export it as CSV (UTF-8) and use that file."),
        (b"%PDF-1.7", "leads.csv is a PDF, not a CSV file."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "leads.csv is not a CSV file."),
        (b"name\n" + b"Ada\n" * 5_000 + b"B\0b\n", "leads.csv is not a CSV file. Export"),
        ('name\n"A\0\n'.encode("utf-16"), "leads.csv is not a CSV file. Export"),
        (b"x" * 200_000, "leads.csv has a first row longer than any list's."),
        (b"a," * MAX_COLUMNS + b"a\n1", "leads.csv has 201 columns, and at most 200 can be read. "
         "Delete those that no video needs."),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_words(tmp_path: Path, content: bytes, sentence: str) -> None:
    assert refusal(tmp_path, content).startswith(sentence)


def test_as_many_leads_as_the_limit_are_read(tmp_path: Path) -> None:
    assert table(tmp_path, "name\nAda\nBob\n", max_rows=2).row_count == 2
    assert table(tmp_path, "a@x.com\nb@x.com\n", max_rows=2).row_count == 2
    sentence = "leads.csv has more than 2 leads. Split it into several lists."
    assert refusal(tmp_path, "a@x.com\nb@x.com\nc@x.com\n", max_rows=2) == sentence


def test_cells_pasted_from_a_spreadsheet_are_a_table(tmp_path: Path) -> None:
    found = read_pasted('Name\tSite\n"Ada\nL."\ta.com\nBob, Jr.\t\n', tmp_path)
    assert [row.cells for row in found] == [("Ada\nL.", "a.com"), ("Bob, Jr.", "")]
    assert [row.cells for row in read_pasted("Name,Site\nZoë,a.com", tmp_path)] == [
        ("Zoë", "a.com")
    ]
    assert read_pasted("Ada \ud800\tada@x.com", tmp_path).row_count == 1


def test_a_pasted_list_has_no_file_name(tmp_path: Path) -> None:
    with pytest.raises(LeadsInvalid, match=r"^The pasted list is empty\."):
        read_pasted(" \n", tmp_path)


@ONCE
@given(st.data())
def test_every_row_has_as_many_cells_as_the_table_has_columns(
    tmp_path: Path, data: st.DataObject
) -> None:
    width = data.draw(st.integers(1, 6))
    letters = st.text(st.sampled_from("ab ,;\"'\n="), max_size=4)
    ragged = data.draw(st.lists(st.lists(letters, max_size=8), max_size=6))
    text = io.StringIO()
    csv.writer(text).writerows([[f"h{i}" for i in range(width)], ["x"] * width, *ragged])
    found = table(tmp_path, text.getvalue())
    rows = list(found)
    assert {len(row.cells) for row in rows} == {len(found.headers)}
    assert len(rows) == found.row_count


@ONCE
@given(
    mark=st.sampled_from(
        [b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\0\0", b"a,b\n"]
    ),
    content=st.binary(max_size=200) | st.text("\"'\\,;\t\r\n\0a@=", max_size=60).map(str.encode),
)  # fmt: skip
def test_any_bytes_are_a_table_or_refused(tmp_path: Path, mark: bytes, content: bytes) -> None:
    try:
        found = table(tmp_path, mark + content)
    except LeadsInvalid:
        return
    rows = list(found)
    assert len(rows) == found.row_count
    assert {len(row.cells) for row in rows} <= {len(found.headers)}
    assert not any("\0" in cell for row in rows for cell in (*row.cells, *found.headers))


def test_a_hundred_thousand_rows_take_flat_memory(tmp_path: Path) -> None:
    rows = "".join(f"Lead {i},{'x' * 100}\n" for i in range(100_000))
    found = table(tmp_path, f"name,note\n{rows}")
    del rows
    tracemalloc.start()
    try:
        peaks = [
            tracemalloc.get_traced_memory()[1]
            for count, _ in enumerate(found, start=1)
            if count in {10_000, 100_000}
        ]
    finally:
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < GROWTH_BYTES
