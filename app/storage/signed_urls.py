"""Addresses that open one file for a while: ours and a Bunny pull zone's; it asks nobody."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Clock = Callable[[], float]  # seconds since 1970

# Rounded up by so many parts of its life, an address stays the same for a while: what a browser
# keeps of it is found again.
PARTS_OF_A_LIFE = 6


def expiry(expires_in_s: int, clock: Clock = time.time) -> int:
    """The second since 1970 at which an address ends: never too early, at most a sixth late."""
    step_s = max(1, expires_in_s // PARTS_OF_A_LIFE)
    return -(-int(clock() + expires_in_s) // step_s) * step_s


@dataclass(frozen=True)
class MediaLinks:
    """Signs and checks addresses of files that this server gives out itself.

    `base_url` stands before them: without it they are paths.
    """

    secret: bytes = field(repr=False)
    base_url: str = ""
    clock: Clock = time.time

    def address(self, key: str, expires_in_s: int) -> str:
        expires = expiry(expires_in_s, self.clock)
        return f"{self.base_url}/media/{key}?expires={expires}&signature={self._sign(key, expires)}"

    def seconds_left(self, key: str, expires: str, signature: str) -> int:
        """How long this address works from now on; 0 if it does not."""
        # A number of 12 digits ends in the year 33658; more of them would be work for nothing.
        if not (expires.isascii() and expires.isdecimal() and len(expires) <= 12):
            return 0
        right = self._sign(key, int(expires))
        if not hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace")):
            return 0
        return max(0, int(expires) - int(self.clock()))

    def _sign(self, key: str, expires: int) -> str:
        # What it is for stands first: nothing else that is signed with this secret can open a file.
        return _token(self.secret, f"media\n{key}\n{expires}")


def bunny_address(pull_zone: str, key: str, token_key: str, expires: int) -> str:
    """The address of a file in a pull zone with token authentication, good until `expires`.

    https://github.com/BunnyWay/BunnyCDN.TokenAuthentication, HS256, without parameters or an IP.
    """
    token = _token(token_key.encode(), f"/{key}{expires}")
    return f"{pull_zone}/{key}?token=HS256-{token}&expires={expires}"


def _token(secret: bytes, text: str) -> str:
    digest = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
