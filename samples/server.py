"""The loopback server of the sample sites: two origins, no caching, and no idea who is looking.

A folder with a `page.html` is a template: `/people/ada-lindgren/` is `people/page.html` filled
with `people/ada-lindgren.json`. Every page is a template of `{{calendar_origin}}` too.
"""

import json
import mimetypes
import socketserver
import sys
import threading
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from samples.template import fill

SITES = Path(__file__).parent / "sites"
CALENDAR = Path(__file__).parent / "calendar"
HOST = "127.0.0.1"
PORT = 8099  # leads.csv and campaign.toml name it
CALENDAR_PORT = 8098

# Named here because the tables of operating systems differ (woff2 and webp are often absent).
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


class SampleSites:
    """The sample sites on loopback while the `with` block runs; port 0 means any free port.

    Raises:
        OSError: on entering, when a port is taken.
    """

    def __init__(self, port: int = PORT, calendar_port: int = CALENDAR_PORT) -> None:
        self.port = port
        self.calendar_port = calendar_port
        self._servers: list[_Server] = []

    def __enter__(self) -> Self:
        calendar = self._serve(CALENDAR, self.calendar_port, {})
        self.calendar_port = calendar.server_port
        try:
            variables = {"calendar_origin": self.calendar_origin}
            self.port = self._serve(SITES, self.port, variables).server_port
        except OSError:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()

    def url(self, path: str = "") -> str:
        """The address of a page, e.g. `url("northwind/")`."""
        return f"http://{HOST}:{self.port}/{path.lstrip('/')}"

    @property
    def calendar_origin(self) -> str:
        return f"http://{HOST}:{self.calendar_port}"

    @property
    def addresses(self) -> tuple[str, str]:
        """Both origins as `host:port`, for `--allow-address`."""
        return f"{HOST}:{self.port}", f"{HOST}:{self.calendar_port}"

    def _serve(self, root: Path, port: int, variables: Mapping[str, str]) -> "_Server":
        server = _Server((HOST, port), partial(_Handler, root, variables))
        self._servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a browser's idle keep-alive connection would hold the exit

    def handle_error(self, request: object, client_address: object) -> None:
        # A browser that closes mid-answer is its normal way to stop loading a page.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are two writes: 40 ms each with it

    def __init__(
        self,
        root: Path,
        variables: Mapping[str, str],
        request: Any,
        client_address: tuple[str, int],
        server: socketserver.BaseServer,
    ) -> None:
        self._root = root
        self._variables = variables
        super().__init__(request, client_address, server)

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        file = (self._root / path.lstrip("/")).resolve()
        if not file.is_relative_to(self._root):
            return self._answer(HTTPStatus.NOT_FOUND, b"Not found", ".html")
        is_page = file.is_dir() or file.with_suffix(".json").is_file()
        if is_page and not file.suffix and not path.endswith("/"):
            return self._redirect(path + "/")
        if is_page and path.endswith("/"):
            return self._page(file)
        if file.is_file():
            body = file.read_bytes()
            if file.suffix == ".html":
                body = fill(body.decode(), self._variables).encode()
            return self._answer(HTTPStatus.OK, body, file.suffix)
        return self._answer(HTTPStatus.NOT_FOUND, b"Not found", ".html")

    do_HEAD = do_GET  # noqa: N815 - `_answer` leaves the body out

    def _page(self, folder: Path) -> None:
        values: dict[str, Any] = dict(self._variables)
        template = folder / "index.html"
        if not folder.is_dir():
            template = folder.parent / "page.html"
            values |= json.loads(folder.with_suffix(".json").read_text("utf-8"))
        if not template.is_file():
            return self._answer(HTTPStatus.NOT_FOUND, b"Not found", ".html")
        page = fill(template.read_text("utf-8"), values)
        return self._answer(HTTPStatus.OK, page.encode(), ".html")

    def _redirect(self, path: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: HTTPStatus, body: bytes, suffix: str) -> None:
        known = mimetypes.types_map.get(suffix, "application/octet-stream")
        self.send_response(status)
        self.send_header("Content-Type", _TYPES.get(suffix, known))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay quiet: the demo's progress bars own the terminal."""


def main() -> None:
    """Serve the sites until interrupted."""
    with SampleSites() as sites:
        sys.stdout.write(f"Sample sites on {sites.url()} (Ctrl-C ends)\n")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            sys.stdout.write("\n")


if __name__ == "__main__":
    main()
