"""A provider is where its name says it is, keeps its secret, and is never reached in the clear."""

import pytest

from app.accounts.oauth_providers import github, google, oidc


def test_google_and_github_are_where_they_are_known_to_be() -> None:
    assert google("id", "secret").issuer == "https://accounts.google.com"
    assert google("id", "secret").issuer_aliases == ("accounts.google.com",)
    endpoints = github("id", "secret").endpoints
    assert endpoints is not None
    assert endpoints.authorization_url == "https://github.com/login/oauth/authorize"
    assert endpoints.token_url == "https://github.com/login/oauth/access_token"
    assert endpoints.user_url == "https://api.github.com/user"


def test_no_provider_shows_its_secret() -> None:
    for provider in (
        google("id", "s3cret"),
        github("id", "s3cret"),
        oidc("Acme", "https://id.example.com", "id", "s3cret"),
    ):
        assert "s3cret" not in repr(provider)
        assert "s3cret" not in str(provider)


@pytest.mark.parametrize("issuer", ["", "id.example.com", "http://id.example.com", "file:///x"])
def test_an_issuer_in_the_clear_is_refused(issuer: str) -> None:
    with pytest.raises(ValueError, match=r"The address of Acme has to begin with https://\."):
        oidc("Acme", issuer, "id", "secret")


def test_an_issuer_on_this_machine_may_do_without() -> None:
    assert oidc("Acme", "http://localhost:9400", "id", "secret").key == "oidc"


@pytest.mark.parametrize(("client_id", "secret"), [("", "secret"), ("id", "")])
def test_half_a_credential_is_refused(client_id: str, secret: str) -> None:
    with pytest.raises(ValueError, match="GitHub needs both a client id and a client secret"):
        github(client_id, secret)
