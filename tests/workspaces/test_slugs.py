"""Addresses: what may be one, and what is made from a name."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.hosts import _LABEL
from app.workspaces.slugs import slug_candidates, slug_problem, suggest_slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Acme", "acme"),
        ("Müller & Söhne GmbH", "muller-sohne-gmbh"),
        ("Große Øst & Łódź", "grosse-ost-lodz"),
        ("42 Labs", "labs"),
        ("東京", "my-team"),
        ("API", "team-api"),
        ("A" * 80, "a" * 40),
        ("Nordlicht Vertriebs- und Marketinggesellschaft", "nordlicht-vertriebs-und"),
        ("Nordlicht Vertriebs- und Marketinggesell Süd", "nordlicht-vertriebs-und-marketinggesell"),
    ],
)
def test_a_name_becomes_an_address(name: str, slug: str) -> None:
    assert suggest_slug(name) == slug


@given(st.text(max_size=90))
def test_whatever_the_name_every_candidate_may_be_used(name: str) -> None:
    candidates = list(slug_candidates(name))
    assert len(set(candidates)) == len(candidates)
    assert [slug_problem(slug) for slug in candidates] == [None] * len(candidates)


@given(st.from_regex(r"[a-z0-9-]{1,50}", fullmatch=True))
def test_what_may_be_an_address_is_a_host_that_is_served(slug: str) -> None:
    if slug_problem(slug) is None:
        assert _LABEL.match(slug)


def test_the_next_address_counts_up() -> None:
    assert list(islice(slug_candidates("Acme"), 3)) == ["acme", "acme-2", "acme-3"]
