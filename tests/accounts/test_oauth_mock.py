"""The whole way in through a provider that others wrote: `oidc-provider-mock`."""

from collections.abc import Iterator

import pytest

from app.accounts.oauth import Identity, SignInCancelled, SignInFailed, begin, finish
from app.accounts.oauth_providers import Provider, oidc
from tests.accounts.oauth_serving import visited

# The mock itself still stands on `authlib.jose` and on a way to configure keys that went with it.
pytestmark = [
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]

BACK = "https://loomlite.example.com/sign-in/oidc/callback"


@pytest.fixture
def provider() -> Iterator[Provider]:
    from oidc_provider_mock import (  # type: ignore[import-untyped]
        User,
        run_server_in_thread,
    )

    ada = User(
        sub="ada", claims={"email": "ada@example.com", "email_verified": True, "name": "Ada"}
    )
    with run_server_in_thread(user_claims=[ada], require_nonce=True) as server:
        yield oidc("Mock", f"http://localhost:{server.server_port}", "any", "secret")


async def test_a_known_person_signs_in(provider: Provider) -> None:
    attempt = await begin(provider, BACK)
    back = visited(attempt.url, form={"sub": "ada"})
    assert await finish(provider, attempt, BACK, back) == Identity(
        issuer=provider.issuer,
        subject="ada",
        email="ada@example.com",
        email_verified=True,
        name="Ada",
        picture_url="",
    )


async def test_a_person_whose_address_nobody_vouches_for_is_told_apart(provider: Provider) -> None:
    attempt = await begin(provider, BACK)
    back = visited(attempt.url, form={"sub": "bob@example.com"})
    identity = await finish(provider, attempt, BACK, back)
    assert (identity.email, identity.email_verified) == ("bob@example.com", False)


async def test_a_person_who_denies_or_comes_twice_gets_nowhere(provider: Provider) -> None:
    attempt = await begin(provider, BACK)
    back = visited(attempt.url, form={"sub": "ada"})
    await finish(provider, attempt, BACK, back)
    with pytest.raises(SignInFailed) as failed:
        await finish(provider, attempt, BACK, back)
    assert failed.value.cause == "the token endpoint answered invalid_grant"

    denied = visited(attempt.url, form={"action": "deny"})
    # The mock forgets the state of those who deny, which RFC 6749 §4.1.2.1 demands.
    with pytest.raises(SignInCancelled):
        await finish(provider, attempt, BACK, f"{denied}&state={attempt.state}")
