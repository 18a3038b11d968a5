"""What may be put into the words of a landing page, ready to be inserted; it fills in nothing."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class PageVariable:
    """`name` for people, `phrase` for the text."""

    name: str
    phrase: str


ALWAYS = (
    PageVariable("First name", '{{ lead.first_name | default("there") }}'),
    PageVariable("Full name", '{{ lead.name | default("you") }}'),
    PageVariable("Company", '{{ lead.company | default("your company") }}'),
    PageVariable("E-mail", "{{ lead.email }}"),
    PageVariable("Who speaks", "{{ sender.name }}"),
    PageVariable("Your team", "{{ workspace.name }}"),
)


def column_variables(columns: Collection[str]) -> list[PageVariable]:
    """One for each column of a list; none for a header that no phrase can name."""
    return [
        PageVariable(column, f"{{{{ lead[{quote}{column}{quote}] }}}}")
        for column in columns
        if column.strip() and "}" not in column and "\n" not in column
        for quote in ("'" if '"' in column else '"')
        if quote not in column
    ]
