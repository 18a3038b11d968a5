"""Why a storage elsewhere did not do what it was asked; it knows no protocol.

StorageFailed            str() is for whoever waits; `operator` says the cause, without a secret
├── StorageUnreachable   no answer, a broken one, or "later": another try helps
├── StorageRefused       a wrong key, zone or bucket: no try helps until a setting is changed
└── UploadBroken         what arrived is not what was sent: another try helps
"""

from app.errors import LoomliteError


class StorageFailed(LoomliteError):
    """Files elsewhere could not be reached. `status` is an answer's; the file at hand is kept."""

    status = 503
    is_worth_another_try = True

    def __init__(self, sentence: str, operator: str, *, retry_after_s: float = 0.0) -> None:
        super().__init__(sentence)
        self.operator = operator
        self.retry_after_s = retry_after_s


class StorageUnreachable(StorageFailed):
    """There was no answer, or one that promises better times. `retry_after_s` is its wish."""

    def __init__(self, operator: str, *, retry_after_s: float = 0.0) -> None:
        super().__init__(
            "The place where files are kept does not answer right now. Nothing is lost; "
            "try again in a minute.",
            operator,
            retry_after_s=retry_after_s,
        )


class StorageRefused(StorageFailed):
    """The place does not take our keys. `operator` names the settings to look at."""

    is_worth_another_try = False

    def __init__(self, operator: str) -> None:
        super().__init__(
            "The place where files are kept does not let this server in. Nothing is lost. "
            "Tell whoever runs this server, then try again.",
            operator,
        )


class UploadBroken(StorageFailed):
    """Size or checksum of what arrived, there or here, are not those of what was sent."""

    def __init__(self, operator: str) -> None:
        super().__init__(
            "A file was damaged on its way to where files are kept. It is still here; "
            "try again in a minute.",
            operator,
        )
