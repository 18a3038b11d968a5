"""Serves the files under app/static from memory, for ever cacheable; knows no page.

One hash of the whole tree stands in every URL, `/static/<hash>/<path>`: a change of any file
changes all URLs, and modules may import each other by relative paths.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from litestar import asgi
from litestar.enums import ScopeType
from litestar.handlers import ASGIRouteHandler
from litestar.types import HTTPScope, Receive, Scope, Send

FOLDER = Path(__file__).parent.parent / "static"
PREFIX = "/static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mp4": "video/mp4",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
# Of what is no document a policy says nothing, and the pages' own (350 bytes) on each of some forty
# scripts was a tenth of a page's weight.
NO_DOCUMENTS = ("text/css", "text/javascript")
SHORT_POLICY = (b"content-security-policy", b"default-src 'none'")
SHRINKING = {".css", ".js", ".json", ".svg"}
FOR_EVER = "public, max-age=31536000, immutable"

Header = tuple[bytes, bytes]


@dataclass(frozen=True)
class StaticFile:
    """One file's bytes as they are sent, and what is said about them."""

    content: bytes
    zipped: bytes | None
    media_type: str
    digest: str

    def answer(self, *, zipping: bool) -> tuple[bytes, list[Header]]:
        """The body and its headers. The two forms of a file have different ETags."""
        zipped = self.zipped if zipping else None
        etag = f'"{self.digest}-gz"' if zipped is not None else f'"{self.digest}"'
        headers = [
            (b"content-type", self.media_type.encode()),
            (b"cache-control", FOR_EVER.encode()),
            (b"etag", etag.encode()),
            (b"vary", b"accept-encoding"),
            (b"x-content-type-options", b"nosniff"),
        ]
        if self.media_type.startswith(NO_DOCUMENTS):
            headers.append(SHORT_POLICY)
        if zipped is not None:
            headers.append((b"content-encoding", b"gzip"))
        return self.content if zipped is None else zipped, headers


class StaticFiles:
    """All files of a folder that a browser may ask for, read and hashed once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        found = (path for path in sorted(folder.rglob("*")) if path.suffix in TYPES)
        self._files = {path.relative_to(folder).as_posix(): _read(path) for path in found}
        tree = "".join(f"{path} {file.digest}\n" for path, file in self._files.items())
        self.root = f"{PREFIX}/{hashlib.sha256(tree.encode()).hexdigest()[:16]}/"

    def url(self, path: str) -> str:
        """The path under which a file is served. Raises LookupError where there is no such file."""
        if path not in self._files:
            raise LookupError(f"There is no {path} in app/static.")
        return self.root + path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            return
        file = self._find(scope["path"])
        if file is None:
            await _send(send, 404, b"Not found", _plain())
        elif scope["method"] not in {"GET", "HEAD"}:
            await _send(send, 405, b"Method not allowed", [*_plain(), (b"allow", b"GET, HEAD")])
        else:
            await _send_file(file, scope, send)

    def _find(self, path: str) -> StaticFile | None:
        # Litestar hands a mount the path below it, other servers of ASGI the whole one.
        whole = path if path.startswith(f"{PREFIX}/") else f"{PREFIX}/{path.lstrip('/')}"
        if not whole.startswith(self.root):
            return None
        # A look-up in a closed list: nothing in the path can lead out of the folder.
        return self._files.get(whole.removeprefix(self.root).rstrip("/"))


def static_route(files: StaticFiles) -> ASGIRouteHandler:
    """The route to register: everything below /static."""

    @asgi(PREFIX, name="static", is_mount=True, copy_scope=True, without_session=True)
    async def static(scope: Scope, receive: Receive, send: Send) -> None:
        await files(scope, receive, send)

    return static


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    zipped = gzip.compress(content, 9, mtime=0) if path.suffix in SHRINKING else None
    if zipped is not None and len(zipped) >= len(content):
        zipped = None
    digest = hashlib.sha256(content).hexdigest()[:32]
    return StaticFile(content, zipped, TYPES[PurePosixPath(path).suffix], digest)


async def _send_file(file: StaticFile, scope: HTTPScope, send: Send) -> None:
    asked = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    body, headers = file.answer(zipping=takes_gzip(asked.get(b"accept-encoding", "")))
    known = {tag.strip().removeprefix("W/") for tag in asked.get(b"if-none-match", "").split(",")}
    if dict(headers)[b"etag"].decode() in known or "*" in known:
        kept = [each for each in headers if each[0] not in {b"content-type", b"content-encoding"}]
        await _send(send, 304, b"", kept)
        return
    headers.append((b"content-length", str(len(body)).encode()))
    await _send(send, 200, b"" if scope["method"] == "HEAD" else body, headers)


def takes_gzip(accepted: str) -> bool:
    """Whether an `Accept-Encoding` allows gzip."""
    for each in accepted.split(","):
        coding, _, options = each.strip().lower().partition(";")
        if coding.strip() in {"gzip", "*"}:
            return options.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def _plain() -> list[Header]:
    return [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]


async def _send(send: Send, status: int, body: bytes, headers: list[Header]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
