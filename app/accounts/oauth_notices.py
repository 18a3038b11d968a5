"""How a sign-in at a provider ended, carried in an address as a word and said as a sentence."""

from app.accounts.identities import AddressNotConfirmed, BelongsToAnother
from app.accounts.oauth import SignInCancelled, SignInFailed
from app.accounts.oauth_configured import Providers
from app.errors import LoomliteError


class AttemptGone(LoomliteError):
    """The callback belongs to nothing that this browser began within ten minutes."""

    def __init__(self, label: str) -> None:
        super().__init__(
            f"Signing in with {label} took too long or was begun in another browser. Try again."
        )


Refusal = SignInCancelled | SignInFailed | AddressNotConfirmed | BelongsToAnother | AttemptGone


def word_of(provider_key: str, refusal: Refusal) -> str:
    """Such as `cancelled.google`: the sentence itself in an address could be anybody's."""
    return f"{_WORDS[type(refusal)]}.{provider_key}"


def notice_of(providers: Providers, word: str) -> tuple[str, str] | None:
    """Kind and sentence of such a word; None for one that is not ours."""
    what, _, key = word.partition(".")
    if what not in _SENTENCES or key not in providers:
        return None
    return ("info" if what == "cancelled" else "bad"), _SENTENCES[what](providers[key].label)


_WORDS: dict[type[LoomliteError], str] = {
    SignInCancelled: "cancelled",
    SignInFailed: "failed",
    AddressNotConfirmed: "unconfirmed",
    BelongsToAnother: "taken",
    AttemptGone: "gone",
}
_SENTENCES = {
    "cancelled": lambda label: str(SignInCancelled(label)),
    "failed": lambda label: str(SignInFailed(label, "")),
    "unconfirmed": lambda label: str(AddressNotConfirmed(label)),
    "taken": lambda label: str(BelongsToAnother(label)),
    "gone": lambda label: str(AttemptGone(label)),
}
