"""Whatever program saved the list, the same cells come out, and what is no list is named."""

import codecs
import csv
import io
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.leads import Lead, LeadsInvalid, open_leads

HEADER = ["id", "name", "website", "note"]
NAMES = ["Zoë Ångström", 'O"Hara; Bill', "tab\tand, comma", "two\r\nlines", "'single' name"]
ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "utf-16": b"",
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "cp1252": b"",
    "utf-32": b"",
}


def written(
    names: list[str], delimiter: str, *, quoting: int = csv.QUOTE_MINIMAL, line_end: str = "\r\n"
) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=line_end)  # type: ignore[arg-type]
    writer.writerow(HEADER)
    for i, name in enumerate(names):
        writer.writerow([f"n{i}", name, f"https://example.com/{i}", "…" if i == 0 else ""])
    return text.getvalue()


def names_in(path: Path, content: bytes) -> list[str]:
    """The `name` cells that come out, once every row has proved to be where it was written."""
    path.write_bytes(content)
    leads = list(open_leads(path, url_columns=["website"]))
    for i, lead in enumerate(leads):
        assert isinstance(lead, Lead), lead
        assert (lead.row, lead.fields["id"]) == (i + 2, f"n{i}")
        assert lead.urls == {"website": f"https://example.com/{i}"}
    return [lead.fields["name"] for lead in leads if isinstance(lead, Lead)]


@pytest.mark.parametrize(
    ("encoding", "delimiter", "quoting"),
    list(product(ENCODINGS, ",;\t", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
)
def test_every_encoding_delimiter_and_quoting_gives_the_same_cells(
    tmp_path: Path, encoding: str, delimiter: str, quoting: int
) -> None:
    text = written(NAMES, delimiter, quoting=quoting)
    content = ENCODINGS[encoding] + text.encode(encoding)
    assert names_in(tmp_path / "leads.csv", content) == NAMES
    assert open_leads(tmp_path / "leads.csv", url_columns=[]).delimiter == delimiter


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["Ada", "王伟一二三", "Ārons Ņikitins"])
def test_utf_16_is_recognised_without_a_byte_order_mark(
    tmp_path: Path, encoding: str, name: str
) -> None:
    content = written([name] * 3, ",").encode(encoding)
    assert names_in(tmp_path / "leads.csv", content) == [name] * 3


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_understood(tmp_path: Path, line_end: str) -> None:
    content = written(NAMES, ";", quoting=csv.QUOTE_ALL, line_end=line_end).encode()
    assert names_in(tmp_path / "leads.csv", content) == NAMES


WESTERN = st.characters(min_codepoint=0xC0, max_codepoint=0xFF) | st.characters(
    min_codepoint=0x20, max_codepoint=0x7E
)
ANY = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffd")


@given(
    data=st.data(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
    delimiter=st.sampled_from(",;\t"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_written_is_read_back(
    tmp_path: Path, data: st.DataObject, encoding: str, delimiter: str, quoting: int
) -> None:
    letters = st.text(WESTERN if encoding == "cp1252" else ANY, max_size=8)
    names = data.draw(st.lists(letters, min_size=1, max_size=6))
    content = written(names, delimiter, quoting=quoting).encode(encoding)
    assert names_in(tmp_path / "leads.csv", content) == [name.strip() for name in names]


def test_a_backslash_may_escape_a_quotation_mark(tmp_path: Path) -> None:
    content = b'id,name,website\nn0,"Bill \\"the man\\" Hara",https://example.com/0\n'
    assert names_in(tmp_path / "leads.csv", content) == ['Bill "the man" Hara']


def test_cells_may_stand_in_single_quotes(tmp_path: Path) -> None:
    content = b"'id';'name';'website'\n'n0';'Hara; Bill';'https://example.com/0'\n"
    assert names_in(tmp_path / "leads.csv", content) == ["Hara; Bill"]


def test_the_sep_line_of_excel_is_no_row(tmp_path: Path) -> None:
    content = b"sep=|\r\n" + written(["Ada, L", "Bob; M"], "|").encode()
    assert names_in(tmp_path / "leads.csv", content) == ["Ada, L", "Bob; M"]


def test_a_list_with_one_column_may_hold_any_delimiter(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("website\nhttps://example.com/a,b\nhttps://example.com/c\n")
    found = list(open_leads(path, url_columns=["website"]))
    assert [lead.urls["website"] for lead in found if isinstance(lead, Lead)] == [
        "https://example.com/a,b",
        "https://example.com/c",
    ]


def test_windows_1252_is_recognised_by_a_letter_far_down(tmp_path: Path) -> None:
    names = ["Ada"] * 30_000 + ["Zoë"]
    path = tmp_path / "leads.csv"
    path.write_bytes(written(names, ",").replace("…", "").encode("cp1252"))
    leads = open_leads(path, url_columns=[])
    assert leads.encoding == "cp1252"


def test_one_broken_byte_does_not_spoil_the_other_names(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes("name\nZoë\nÅsa\n".encode() + b"Bj\xf6rn\n")
    *leads, note, broken = open_leads(path, url_columns=[])
    assert [str(lead.name) for lead in leads if isinstance(lead, Lead)] == ["Zoë", "Åsa"]
    assert str(note) == (
        "Row 4: This row has characters that could not be read. "
        "Export the list again as CSV (UTF-8)."
    )
    assert isinstance(broken, Lead)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "leads.csv is empty. It needs a row with column names and a row for each lead."),
        (b" \r\n,,,\r\n", "leads.csv is empty. It needs"),
        (b"\xff\xfe", "leads.csv is empty. It needs"),
        (b"PK\x03\x04\0\0", "leads.csv is an Excel workbook or another zip file, not a CSV file. "
         "Open the list in your spreadsheet program, export it as CSV (UTF-8) and use that file."),
        (b"\xd0\xcf\x11\xe0\0\0", "leads.csv is an old Excel workbook, not a CSV file."),
        (b"%PDF-1.7", "leads.csv is a PDF, not a CSV file."),
        (b"\n<!DOCTYPE html>", "leads.csv is a web page, not a CSV file."),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\0\0", "leads.csv is not a CSV file. Open the list in"),
        (b"\0\0\0 ftypisom\0\0\2\0", "leads.csv is not a CSV file. Open the list in"),
        (b"name,website\r\n", "leads.csv has the names of columns, but no lead below them."),
        (b'name,"web\nx,y\n', "The first row of leads.csv, with the names of the columns, has a "
         "quotation mark that is never closed. Close or remove it."),
        (b"website\n" + b"x" * 200_000, "Row 2 of leads.csv is longer than any lead can be, so "
         "this is not a list of leads. Export the list again as CSV (UTF-8)."),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_words(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(content)
    with pytest.raises(LeadsInvalid) as refused:
        open_leads(path, url_columns=["website"])
    assert str(refused.value).startswith(sentence)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LeadsInvalid, match=r"^none.csv could not be opened: no such file"):
        open_leads(tmp_path / "none.csv", url_columns=[])
    with pytest.raises(LeadsInvalid, match=r"could not be opened: is a directory\.$"):
        open_leads(tmp_path, url_columns=[])
