"""Who a GitHub access token belongs to, asked of GitHub's API; it knows no sign-in."""

from typing import Any

from app.accounts.oauth_answers import read_json, read_object
from app.accounts.oauth_failures import ProtocolBroken
from app.accounts.oauth_identity import Identity, cleaned_identity
from app.accounts.oauth_providers import FixedEndpoints


async def github_identity(issuer: str, endpoints: FixedEndpoints, access_token: str) -> Identity:
    """The account, with its primary address. Raises ProtocolBroken and httpx2.HTTPError."""
    user = await read_object(endpoints.user_url, bearer=access_token)
    primary = _primary(await read_json(endpoints.emails_url, bearer=access_token))
    number = user.get("id")
    return cleaned_identity(
        issuer=issuer,
        # The number stays; a login can be given up and taken by somebody else.
        subject=str(number) if type(number) is int else None,
        # Not `user["email"]`: that is what the person shows in public, and is not always theirs.
        email=primary.get("email"),
        email_verified=primary.get("verified") is True,
        name=user.get("name") or user.get("login"),
        picture_url=user.get("avatar_url"),
    )


def _primary(emails: object) -> dict[str, Any]:
    if not isinstance(emails, list):
        raise ProtocolBroken("GitHub did not answer with a list of addresses")
    return next((e for e in emails if isinstance(e, dict) and e.get("primary") is True), {})
