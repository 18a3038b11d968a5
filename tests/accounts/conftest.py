"""What tests of accounts ask for: letters."""

from tests.accounts.post import post

__all__ = ["post"]
