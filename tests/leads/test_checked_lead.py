"""Which rows of a table are good for a video, what the lead is called, and what is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.leads import CheckedLead, LeadColumns, Problem, check_row, check_url, lead_digest
from app.leads.url_cells import read_url
from app.urls import UrlInvalid

ALL = LeadColumns(name=("First", "Last"), email="Mail", company="Firm", url_columns=("Site",))
URL = "https://acme.com/"


def good(columns: LeadColumns = ALL, /, **cells: str) -> CheckedLead:
    found = check_row({"Site": URL} | cells, columns)
    assert isinstance(found, CheckedLead), found
    return found


def bad(columns: LeadColumns = ALL, /, **cells: str) -> list[Problem]:
    found = check_row(cells, columns)
    assert isinstance(found, list), found
    return found


def test_a_full_row_is_a_lead_without_notes() -> None:
    lead = good(First=" Ada ", Last="King  Noel", Mail="Ada@ACME.com", Firm="Acme, Inc")
    assert lead == CheckedLead("Ada King Noel", "Ada@acme.com", "Acme, Inc", {"Site": URL})


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"Mail": "ada.king-noel+fair2@acme.com"}, "Ada King Noel"),
        ({"First": "n/a", "Last": "-", "Mail": "ada@acme.com"}, "Ada"),
        ({"Mail": "info@acme.com"}, "Acme"),
        ({"Mail": "007@acme.com", "Firm": "Universal"}, "Universal"),
        ({"First": "Yu", "Last": "Na"}, "Yu Na"),
        ({"First": "N/A", "Firm": "Wayne"}, "Wayne"),
        ({}, "Acme"),
    ],
)
def test_a_lead_without_a_name_is_called_after_the_best_there_is(
    cells: dict[str, str], name: str
) -> None:
    assert good(**cells).name == name


@pytest.mark.parametrize(
    ("mail", "site", "company"),
    [
        ("ada@wayne-labs.co.uk", URL, "Wayne Labs"),
        ("ada@mail.wayne.de", URL, "Wayne"),
        ("ada@gmail.com", URL, "Acme"),
        ("ada@yahoo.co.uk", "https://www.bmw.de/x", "BMW"),
        ("ada@live.wayne.com", URL, "Wayne"),
        ("", "https://linkedin.com/in/ada", ""),
        ("", "https://ada.github.io/", ""),
        ("", "http://127.0.0.1:80/x", ""),
        ("", "http://[::1]/", ""),
        ("", "https://müller.de/", "Müller"),
        ("", "https://xn--99999999.de/", "XN 99999999"),
    ],
)
def test_a_company_comes_from_a_domain_that_is_its_own(mail: str, site: str, company: str) -> None:
    assert good(Mail=mail, Site=site).company == company


@pytest.mark.parametrize(
    ("cell", "email", "note"),
    [
        ("", "", ""),
        ("n/a", "", ""),
        ("mailto:Ada@X.com?subject=Hi", "Ada@x.com", ""),
        ("<ada@x.com>,", "ada@x.com", ""),
        ("zoë@müller.de", "zoë@müller.de", ""),
        ("Ada <ada@x.com>", "ada@x.com", "“Ada <ada@x.com” is more than an e-mail address, so "
         "ada@x.com is used."),
        ("ada@x.com; bob@y.com", "ada@x.com", "“ada@x.com; bob@y.com” is more than"),
        ("ada@acme", "", "“ada@acme” is not an e-mail address, so this lead has none."),
        ("ada@@x.com", "", "“ada@@x.com” is not"),
        ("a..b@x.com", "", "“a..b@x.com” is not"),
        ("x" * 80 + "@x.com", "", f"“{'x' * 79}…” is not"),
    ],
)  # fmt: skip
def test_a_malformed_e_mail_address_is_a_note(cell: str, email: str, note: str) -> None:
    lead = good(First="Ada", Mail=cell)
    assert lead.email == email
    assert [(p.column, p.fatal) for p in lead.notes] == ([("Mail", False)] if note else [])
    assert "".join(p.sentence for p in lead.notes).startswith(note)


def test_a_bad_address_costs_the_lead_unless_there_is_a_fallback() -> None:
    problems = bad(First="Ada", Mail="ada@", Site="acme")
    assert [(p.column, p.fatal) for p in problems] == [("Mail", False), ("Site", True)]
    assert problems[1].sentence == (
        "“acme” is not a web address: it has no ending such as .com. "
        "Correct it, or give the scene a fallback page."
    )
    fallback = LeadColumns(("First",), url_columns=("Site",), fallback_columns=frozenset({"Site"}))
    lead = good(fallback, First="Ada", Site="gmail.com")
    assert (lead.urls, [p.fatal for p in lead.notes]) == ({}, [False])


def test_a_row_that_names_nobody_is_refused() -> None:
    [problem] = bad(LeadColumns(("First",), "Mail", "Firm"), First="-", City="Rome")
    assert (problem.column, problem.fatal) == (None, True)
    assert problem.sentence.startswith("This row has no name, e-mail address, company or page")


def test_a_column_the_table_lost_is_an_empty_one() -> None:
    [problem] = bad(LeadColumns(("Gone",), "Gone", "Gone", ("Gone",)), First="Ada")
    assert problem.sentence.startswith("There is no address in this cell.")


def test_a_name_too_long_or_unreadable_is_noted() -> None:
    lead = good(First="x" * 300, Firm="Zo\ufffd")
    assert (len(lead.name), lead.name[-1], lead.company) == (200, "…", "Zo\ufffd")
    assert [(note.column, note.sentence[:30]) for note in lead.notes] == [
        ("First", "This is longer than 200 charac"),
        ("Firm", "This row has characters that c"),
    ]


def test_the_same_person_has_the_same_digest() -> None:
    ada = lead_digest(good(First="Ada", Mail="ada@acme.com"))
    assert len(ada) == 16
    assert ada == lead_digest(good(First="A.", Mail="ADA@acme.com", Site="https://b.com"))
    assert ada != lead_digest(good(First="Ada", Mail="ada2@acme.com"))

    plain = lead_digest(good(First="Ada"))
    assert plain == lead_digest(good(First="ADA", Site="acme.com"))
    assert plain != lead_digest(good(First="Ada", Site="https://acme.com/x"))
    assert plain != lead_digest(good(First="Bob"))


def test_two_people_behind_one_mailbox_are_two_leads() -> None:
    ada, bob = (good(First=name, Mail="info@acme.com") for name in ("Ada", "Bob"))
    assert lead_digest(ada) != lead_digest(bob)


SITES = st.from_regex(r"(https?://)?[a-z0-9-]{1,6}(\.[a-z0-9-]{1,6}){0,3}(/[A-z0-9./~?_-]{0,6})?",
                      fullmatch=True)  # fmt: skip


@given(SITES | st.text(max_size=12))
@settings(max_examples=500, deadline=None)
def test_the_quick_way_gives_what_the_careful_way_gives(cell: str) -> None:
    url, remark = read_url(cell, has_fallback=False)
    if remark is None or remark[0] == "scheme_added":
        assert url == check_url(cell)
    elif remark[0] == "url_invalid":
        with pytest.raises(UrlInvalid):
            check_url(cell)


KEYS = st.sampled_from(["First", "Last", "Mail", "Firm", "Site"])


@given(st.dictionaries(KEYS, st.text(max_size=40) | st.text('@.a-/:[]<"', max_size=12)))
@settings(max_examples=300, deadline=None)
def test_any_cells_are_a_lead_or_have_a_fatal_problem(cells: dict[str, str]) -> None:
    found = check_row(cells, ALL)
    if isinstance(found, CheckedLead):
        assert found.name or found.email or found.urls
        assert not any(note.fatal for note in found.notes)
    else:
        assert any(problem.fatal for problem in found)
        assert all(problem.sentence.endswith(".") for problem in found)
