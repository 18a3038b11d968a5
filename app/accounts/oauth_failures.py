"""How signing in elsewhere goes wrong: two errors for the person, one between these modules."""

from app.errors import LoomliteError


class SignInCancelled(LoomliteError):
    """The person said no on the provider's page; nothing was changed."""

    def __init__(self, label: str) -> None:
        super().__init__(f"You stopped signing in with {label}. Choose how to sign in.")


class SignInFailed(LoomliteError):
    """Anything else that went wrong. `cause` is for the log and holds neither code nor token."""

    def __init__(self, label: str, cause: str) -> None:
        super().__init__(
            f"Signing in with {label} did not work. Try again, or sign in by e-mail instead."
        )
        self.cause = cause


class ProtocolBroken(Exception):
    """An answer is not what the protocol demands; str() is a cause fit for the log.

    It never leaves `app.accounts.oauth`, which makes a SignInFailed of it.
    """
