"""Answers a permitted request with a stored file: ranges, 304, types; knows no permissions.

The handler asks first whether this person may see the file, and takes the key from a row, never
from the URL.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from litestar import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from app.storage.disk import in_thread
from app.storage.interface import UNKNOWN_TYPE, Storage, content_type_of


async def media_response(
    storage: Storage,
    key: str,
    request: Request[Any, Any, Any],
    *,
    download_name: str | None = None,
    max_age_s: int = 0,
) -> Response:
    """The file under `key`: whole, a range (206), unchanged (304) or out of range (416).

    For a handler annotated with Starlette's Response, on GET and HEAD. Only this browser may keep
    it, for `max_age_s`; then it asks again with the ETag. With `download_name` it is saved
    rather than shown, as is a file of a type that we do not show. A storage with addresses of
    its own is redirected to, except for a download: its name would not come along. Raises
    FileNotStored and StorageFailed.
    """
    if download_name is None and (direct := storage.url(key)):
        return RedirectResponse(direct, 302, {"Cache-Control": "private, no-store"})
    path = await storage.local_path(key)
    content_type = content_type_of(key)
    shown = download_name is None and content_type != UNKNOWN_TYPE
    whole = FileResponse(
        path,
        media_type=content_type,
        filename=download_name or path.name,
        stat_result=await in_thread(path.stat),
        content_disposition_type="inline" if shown else "attachment",
        headers={
            "Cache-Control": f"private, max-age={max_age_s}" if max_age_s else "private, no-cache",
            "X-Content-Type-Options": "nosniff",
        },
    )
    return _unchanged(whole) if _has(request, whole) else whole


def _has(request: Request[Any, Any, Any], whole: FileResponse) -> bool:
    """Whether the browser holds these bytes. An ETag decides before a time: RFC 9110 §13.2.2."""
    if (named := request.headers.get("if-none-match")) is not None:
        tags = {tag.strip().removeprefix("W/") for tag in named.split(",")}
        return whole.headers["etag"] in tags or "*" in tags
    since = _time(request.headers.get("if-modified-since"))
    changed = _time(whole.headers["last-modified"])
    return since is not None and changed is not None and changed <= since


def _time(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text or "").replace(tzinfo=UTC)
    except ValueError:
        return None


def _unchanged(whole: FileResponse) -> Response:
    kept = ("cache-control", "etag", "last-modified", "x-content-type-options")
    return Response(status_code=304, headers={name: whole.headers[name] for name in kept})
