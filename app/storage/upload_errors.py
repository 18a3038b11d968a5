"""Why bytes of an upload were not taken, each in a sentence; knows neither disk nor request.

UploadRefused        status: the answer's
├── FileTooLarge · FileEmpty                          before the first byte
├── ChunkTooLarge · MoreThanDeclared                  the piece is not kept
├── WrongOffset · UploadBusy · UploadInterrupted      go on from what has arrived
└── UploadIncomplete · UploadDamaged · UploadGone     at the end, or too late
"""

from app.errors import LoomliteError
from app.phrases import file_size


class UploadRefused(LoomliteError):
    """Bytes of an upload were not taken. `status` is the answer's."""

    status = 400


class FileTooLarge(UploadRefused):
    """The whole file is over the limit."""

    status = 413

    def __init__(self, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"The file is {file_size(size_bytes)}. The limit is {file_size(limit_bytes)}: "
            "shorten the video or save it smaller."
        )


class FileEmpty(UploadRefused):
    """The file has no bytes."""

    def __init__(self) -> None:
        super().__init__("The file is empty. Choose another one.")


class ChunkTooLarge(UploadRefused):
    """One piece is over the limit; nothing of it was kept."""

    status = 413

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"A piece of the file was larger than {file_size(limit_bytes)}.")


class MoreThanDeclared(UploadRefused):
    """More bytes came than the upload said at its start; nothing of the piece was kept."""

    def __init__(self) -> None:
        super().__init__("The file has changed since its upload began. Upload it anew.")


class WrongOffset(UploadRefused):
    """A piece for another place than the end of what has arrived, `received_bytes`."""

    status = 409

    def __init__(self, received_bytes: int) -> None:
        self.received_bytes = received_bytes
        super().__init__(f"The upload goes on at byte {received_bytes}.")


class UploadBusy(UploadRefused):
    """Another connection writes this upload at the moment."""

    status = 423

    def __init__(self) -> None:
        super().__init__("This upload is still being received in another tab or connection.")


class UploadInterrupted(UploadRefused):
    """The sender stopped in the middle; what had arrived is kept."""

    status = 408

    def __init__(self) -> None:
        super().__init__("The connection was lost. What has arrived is kept.")


class UploadIncomplete(UploadRefused):
    """The file was to be finished before all of it was there."""

    status = 409

    def __init__(self, missing_bytes: int) -> None:
        super().__init__(f"{file_size(missing_bytes)} of the file have not arrived yet.")


class UploadDamaged(UploadRefused):
    """The bytes are not those that were sent; nothing is kept."""

    def __init__(self) -> None:
        super().__init__("The file was damaged on its way. Upload it anew.")


class UploadGone(UploadRefused):
    """There is no such upload: it was discarded, or swept after some days."""

    status = 404

    def __init__(self) -> None:
        super().__init__("The beginning of this upload is no longer here. Start it anew.")
