"""What is written for a spreadsheet is safe to open there, and comes back as it was."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.leads import TableRow, bad_rows_csv, csv_lines, read_table

HEADERS = ("Name", "Site")


def test_lines_have_a_byte_order_mark_and_quoted_cells() -> None:
    assert list(csv_lines(HEADERS, [["Zoë, Jr.", 'a "b"'], ["", ""]])) == [
        '\ufeff"Name","Site"\r\n',
        '"Zoë, Jr.","a ""b"""\r\n',
        '"",""\r\n',
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " =", "'=", "''+"])
def test_no_cell_is_run_as_a_formula(start: str) -> None:
    cell = f"{start}1+1"
    [header, row] = csv_lines([cell], [[cell]])
    assert row == f'"\'{cell}"\r\n'
    assert header == f"\ufeff{row}"


def test_a_number_below_zero_stays_one_that_can_be_added_up() -> None:
    [_, row] = csv_lines(HEADERS, [["-3.5", "-3-1"]])
    assert row == '"-3.5","\'-3-1"\r\n'


def test_lines_come_as_the_rows_do() -> None:
    asked: list[int] = []

    def rows() -> list[str]:
        asked.append(1)
        return ["Ada", "a.com"]

    lines = csv_lines(HEADERS, (rows() for _ in range(3)))
    next(lines)
    assert not asked
    next(lines)
    assert len(asked) == 1


def test_bad_rows_keep_their_columns_and_tell_number_and_reason(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("".join(bad_rows_csv(HEADERS, [(7, ("Ada", "acme"), "No ending.")])), "utf-8")
    found = read_table(path)
    assert found.headers == ("Name", "Site", "row", "reason")
    assert list(found) == [TableRow(2, ("Ada", "acme", "7", "No ending."))]


def test_a_list_that_has_a_reason_gets_a_second_one() -> None:
    assert (
        next(bad_rows_csv(("Name", "Reason"), [])) == '\ufeff"Name","Reason","row","reason 2"\r\n'
    )


CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff\u200b"), max_size=8
) | st.text("'=+-@\t \"\\,;a", max_size=5)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_written_is_read_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    path = tmp_path / "leads.csv"
    numbered = [("id", "x", "y"), *((str(i), *row) for i, row in enumerate(rows))]
    path.write_text("".join(csv_lines(numbered[0], numbered[1:])), "utf-8", newline="")
    found = read_table(path)
    assert (found.headers, found.row_count) == (("id", "x", "y"), len(rows))
    assert [row.cells for row in found] == [(i, a.strip(), b.strip()) for i, a, b in numbered[1:]]
