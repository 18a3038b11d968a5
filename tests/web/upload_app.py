"""A small application that takes uploads by the protocol and keeps no rows; tests look into it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from litestar import Litestar, Request, Response, delete, head, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.errors import LoomliteError
from app.storage.part_file import PartFile
from app.storage.upload_errors import UploadGone
from app.web.uploads import (
    BODY_LIMIT_BYTES,
    NewUpload,
    completed,
    created,
    progress,
    refusal,
    take_chunk,
)

AnyRequest = Request[Any, Any, Any]


@dataclass
class Uploads:
    """What the application knows. `next_url` is where it sends a browser whose upload is done."""

    folder: Path
    next_url: str = "/done"
    announced: list[NewUpload] = field(default_factory=list)
    parts: dict[UUID, PartFile] = field(default_factory=dict)
    # What each PUT said and how it was answered: (Upload-Offset, status).
    chunks: list[tuple[str, int]] = field(default_factory=list)

    def part(self, upload_id: UUID) -> PartFile:
        if upload_id not in self.parts:
            raise UploadGone
        return self.parts[upload_id]

    def only_part(self) -> PartFile:
        (part,) = self.parts.values()
        return part


def upload_app(uploads: Uploads, *more: HTTPRouteHandler) -> Litestar:
    @post("/uploads")
    async def upload_create(request: AnyRequest) -> Response[dict[str, str]]:
        announced = await NewUpload.of(request)
        upload_id = uuid4()
        part = await PartFile.create(
            uploads.folder, upload_id, announced.size_bytes, reserve_bytes=0
        )
        uploads.announced.append(announced)
        uploads.parts[upload_id] = part
        return created(f"/uploads/{upload_id}")

    @put("/uploads/{upload_id:uuid}", request_max_body_size=BODY_LIMIT_BYTES)
    async def upload_chunk(request: AnyRequest, upload_id: FromPath[UUID]) -> Response[Any]:
        part = uploads.part(upload_id)
        received_bytes = await take_chunk(request, part)
        answer: Response[Any] = (
            completed(uploads.next_url)
            if received_bytes == part.size_bytes
            else progress(received_bytes)
        )
        _note(request, answer.status_code or 0)
        return answer

    @head("/uploads/{upload_id:uuid}")
    async def upload_progress(upload_id: FromPath[UUID]) -> Response[None]:
        return progress(uploads.part(upload_id).received_bytes)

    @delete("/uploads/{upload_id:uuid}", status_code=204)
    async def upload_discard(upload_id: FromPath[UUID]) -> None:
        await uploads.parts.pop(upload_id, uploads.part(upload_id)).discard()

    def refused(request: AnyRequest, error: LoomliteError) -> Response[dict[str, str]]:
        answer = refusal(error)
        _note(request, answer.status_code or 0)
        return answer

    def _note(request: AnyRequest, status: int) -> None:
        if request.method == "PUT":
            uploads.chunks.append((request.headers.get("upload-offset", ""), status))

    return Litestar(
        [upload_create, upload_chunk, upload_progress, upload_discard, *more],
        exception_handlers={LoomliteError: refused},
        openapi_config=None,
    )
