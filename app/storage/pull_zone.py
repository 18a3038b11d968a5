"""What stands between a Bunny storage zone and browsers: addresses, and copies to be given up.

https://docs.bunny.net/reference/purgepublic_indexpost
"""

from dataclasses import dataclass, field
from typing import Final

import httpx2

from app.storage.signed_urls import bunny_address, expiry
from app.storage.storage_errors import StorageRefused, StorageUnreachable

API: Final = "https://api.bunny.net"


@dataclass(frozen=True)
class PullZone:
    """`origin` such as https://acme.b-cdn.net. Without `token_key` addresses never expire, without
    `api_key` copies stay until they are too old."""

    origin: str
    token_key: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    api: str = API

    def address(self, key: str, expires_in_s: int) -> str:
        if self.token_key is None:
            return f"{self.origin}/{key}"
        return bunny_address(self.origin, key, self.token_key, expiry(expires_in_s))

    async def forget(self, client: httpx2.AsyncClient, key: str) -> None:
        """The zone gives up its copies of a key, or of all below it: `a/b/*`."""
        if self.api_key is None:
            return
        question = {"url": f"{self.origin}/{key}", "async": "true"}
        try:
            answer = await client.post(
                f"{self.api}/purge", params=question, headers={"AccessKey": self.api_key}
            )
        except httpx2.HTTPError as error:
            raise StorageUnreachable(f"{self.api} failed: {type(error).__name__}.") from error
        if answer.status_code in {401, 403}:
            raise StorageRefused("Bunny does not take BUNNY_API_KEY. Compare it with the account.")
        if not answer.is_success:
            raise StorageUnreachable(
                f"{self.api} answered {answer.status_code} to a purge.",
                retry_after_s=wish_of(answer),
            )


def wish_of(answer: httpx2.Response) -> float:
    """The seconds after which a server wants to be asked again; 0 where it says none."""
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0.0
