"""Resumable uploads over HTTP: headers and answers; knows neither rows nor what a file is for.

A feature's handlers speak this with app/static/js/resumable.js:

POST   <create>   JSON {name, size_bytes, type, last_modified (ms)} → 201 {"upload_url": …}
PUT    <upload>   one chunk, header Upload-Offset → 204 and Upload-Offset: the end of what is there
                  409 and Upload-Offset when the chunk belongs elsewhere
                  when complete (an empty chunk at the end too) → 200 {"next": url}
HEAD   <upload>   → 204 and Upload-Offset
DELETE <upload>   → 204: nothing is kept

Any refusal is JSON {"error": sentence}; 404 tells the browser to start anew.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Self

from litestar import Request, Response
from litestar.exceptions import InternalServerException
from litestar.status_codes import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from app.errors import LoomliteError
from app.storage.part_file import CHUNK_LIMIT_BYTES, PartFile
from app.storage.upload_errors import UploadInterrupted, UploadRefused, WrongOffset

OFFSET = "Upload-Offset"
# For `request_max_body_size` of the PUT route: PartFile refuses a larger chunk in words first.
BODY_LIMIT_BYTES = CHUNK_LIMIT_BYTES + 64 * 1024


def storable(text: str) -> str:
    """Without what PostgreSQL cannot hold: JSON and addresses bring a NUL as any other sign."""
    return text.replace("\0", "")


Text = Annotated[str, AfterValidator(storable)]


class NewUpload(BaseModel):
    """What the browser says of a file before it sends the first byte."""

    model_config = ConfigDict(frozen=True)

    name: Text = Field(min_length=1, max_length=255)
    size_bytes: int
    type: Text = Field(default="", max_length=255)
    last_modified: int = 0

    @classmethod
    async def of(cls, request: Request[Any, Any, Any]) -> Self:
        """From the JSON body. Raises UploadRefused."""
        try:
            return cls.model_validate_json(await request.body())
        except ValidationError as error:
            raise UploadRefused("The upload could not be started: its request is wrong.") from error


async def take_chunk(request: Request[Any, Any, Any], part: PartFile) -> int:
    """The body is added to `part`; how many bytes have arrived now. Raises as PartFile.append."""
    offset = request.headers.get(OFFSET, "")
    if not (offset.isascii() and offset.isdigit()):
        raise UploadRefused(f"The request lacks the header {OFFSET}.")
    return await part.append(int(offset), _body(request))


async def _body(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    """Litestar tells of a sender that went away by the error of a broken server."""
    try:
        async for piece in request.stream():
            yield piece
    except InternalServerException:
        raise UploadInterrupted from None


def created(upload_url: str) -> Response[dict[str, str]]:
    return Response({"upload_url": upload_url}, status_code=HTTP_201_CREATED)


def progress(received_bytes: int) -> Response[None]:
    return Response(
        None,
        status_code=HTTP_204_NO_CONTENT,
        headers={OFFSET: str(received_bytes), "Cache-Control": "no-store"},
    )


def completed(next_url: str) -> Response[dict[str, str]]:
    return Response({"next": next_url}, status_code=HTTP_200_OK)


def refusal(error: LoomliteError) -> Response[dict[str, str]]:
    """The sentence of `error` with its status, and for WrongOffset where to go on."""
    headers = {OFFSET: str(error.received_bytes)} if isinstance(error, WrongOffset) else {}
    status = getattr(error, "status", 400)
    return Response({"error": str(error)}, status_code=status, headers=headers)
