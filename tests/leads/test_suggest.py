"""The columns of lists as people have them are found, by their names and by their cells."""

import pytest

from app.leads import Suggested, suggest_columns
from app.leads.column_words import header_key

MAIL = "ada@acme.com"
SITE = "https://acme.com"
PROFILE = "https://www.linkedin.com/in/ada"


def suggested(headers: str, *rows: str) -> Suggested:
    return suggest_columns(headers.split(","), [row.split(",") for row in rows])


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ("Name,E-Mail,Company,Website", (("Name",), "E-Mail", "Company", ("Website",))),
        (
            "First Name,last_name,Work Email,Organisation,LinkedIn URL",
            (("First Name", "last_name"), "Work Email", "Organisation", ("LinkedIn URL",)),
        ),
        (
            "firstName,lastName,emailAddress,companyName,websiteUrl",
            (("firstName", "lastName"), "emailAddress", "companyName", ("websiteUrl",)),
        ),
        (
            "Vorname,Nachname,E-Mail-Adresse,Firma,Webseite",
            (("Vorname", "Nachname"), "E-Mail-Adresse", "Firma", ("Webseite",)),
        ),
        (
            "Ansprechpartner/in,Mail,Unternehmen,LinkedIn-Profil",
            (("Ansprechpartner/in",), "Mail", "Unternehmen", ("LinkedIn-Profil",)),
        ),
        (
            "Prénom,Nom,Adresse e-mail,Société,Site web",
            (("Prénom", "Nom"), "Adresse e-mail", "Société", ("Site web",)),
        ),
        (
            "Nom complet,Courriel,Nom de l'entreprise,Lien",
            (("Nom complet",), "Courriel", "Nom de l'entreprise", ("Lien",)),
        ),
        (
            "Nombre,Apellidos,Correo electrónico,Empresa,Página web",
            (("Nombre", "Apellidos"), "Correo electrónico", "Empresa", ("Página web",)),
        ),
        ("Company,Company LinkedIn,Domain", ((), None, "Company", ("Domain", "Company LinkedIn"))),
        ("City,Phone,Notes", ((), None, None, ())),
    ],
)
def test_columns_are_found_by_their_names_in_four_languages(
    headers: str, found: tuple[tuple[str, ...], str | None, str | None, tuple[str, ...]]
) -> None:
    assert suggested(headers) == Suggested(*found)


def test_an_export_with_traps_is_read_right() -> None:
    headers = (
        "First Name,Last Name,Title,Company,Company Name for Emails,Email,Email Status,"
        "Personal Email,Photo URL,Person Linkedin Url,Website,Company Linkedin Url"
    )
    row = (
        f"Ada,Lovelace,CEO,Acme,Acme,{MAIL},Verified,ada@gmail.com,https://img.com/a.png,"
        f"{PROFILE},{SITE},https://linkedin.com/company/acme"
    )
    assert suggested(headers, row, row) == Suggested(
        ("First Name", "Last Name"),
        "Email",
        "Company",
        ("Website", "Person Linkedin Url", "Company Linkedin Url"),
    )


def test_columns_without_names_are_told_by_their_cells() -> None:
    found = suggested(
        "Column 1,Column 2,Column 3,Column 4,Column 5",
        f"Berlin,Ada Lovelace,ada@acme.com,Acme,{PROFILE}",
        "Paris,Bob Byte,b.byte@wayne-labs.com,Wayne Labs Inc,linkedin.com/in/bob",
        "Rome,Cy Dent,,Umbrella,https://linkedin.com/in/cy",
    )
    assert found == Suggested(("Column 2",), "Column 3", "Column 4", ("Column 5",))


def test_a_name_beside_a_first_name_is_the_last_name_unless_it_repeats_it() -> None:
    assert suggested("Vorname,Name", "Ada,Lovelace").name == ("Vorname", "Name")
    assert suggested("Vorname,Name", "Ada,Ada Lovelace").name == ("Name",)
    assert suggested("First name,Last name,Name", "Ada,Byron,Ada Byron").name == ("Name",)
    assert suggested("First name,Last name,Name", "Ada,Byron,Acme").name == (
        "First name",
        "Last name",
    )
    assert suggested("First name,City", "Ada,Rome").name == ("First name",)


def test_what_cells_hold_beats_what_a_column_is_called() -> None:
    found = suggested("Site,Email,Mail", f"Paris,yes,{MAIL}", "Rome,no,b@b.com")
    assert (found.email, found.urls) == ("Mail", ())
    assert suggested("Email,Name", f"{SITE},Ada").urls == ("Email",)


def test_a_column_that_is_mostly_empty_is_still_found() -> None:
    rows = ["Ada,n/a,-"] * 9 + [f"Bob,{MAIL},{SITE}"]
    assert suggested("Name,Col A,Col B", *rows) == Suggested(("Name",), "Col A", None, ("Col B",))


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("E-Mail 2", "email"),
        ("  e_mail  ", "email"),
        ("LinkedInUrl", "linkedinurl"),
        ("Vollständiger Name", "vollstandigername"),
        ("Straße", "strasse"),
        ("", ""),
        ("42", ""),
    ],
)
def test_a_header_is_compared_by_its_letters(header: str, key: str) -> None:
    assert header_key(header) == key
