"""What a request may be refused for, each with its HTTP status and a sentence for the user."""

from app.errors import LoomliteError


class WebRefusal(LoomliteError):
    """A request that is answered with `status` and this text."""

    status = 400
    title = "That did not work"


class NotFound(WebRefusal):
    """Nothing is here, or nothing that this person may know of."""

    status = 404
    title = "Nothing here"

    def __init__(self, text: str = "This page does not exist, or is not yours to see.") -> None:
        super().__init__(text)


class NotAllowed(WebRefusal):
    """The person may know of the thing, but not change it."""

    status = 403
    title = "Not yours to change"


class SignInNeeded(WebRefusal):
    """The person must sign in first; a page sends them there and brings them back."""

    status = 401
    title = "Sign in first"

    def __init__(self, sign_in_url: str) -> None:
        super().__init__("Sign in to see this page.")
        self.sign_in_url = sign_in_url


class TooManyTries(WebRefusal):
    """A rate limit; the text says when to come back."""

    status = 429
    title = "Too many tries"

    def __init__(self, retry_after_s: int) -> None:
        minutes = max(1, round(retry_after_s / 60))
        super().__init__(
            f"Too many tries. Wait {minutes} minute{'s' if minutes != 1 else ''} and try again."
        )
        self.retry_after_s = retry_after_s


class Conflict(WebRefusal):
    """Somebody else was faster, or the thing is no longer what the page showed."""

    status = 409
    title = "This has changed"


class TooLarge(WebRefusal):
    """More bytes than this address takes; the text names the limit."""

    status = 413
    title = "Too large"
