"""A small real site on loopback whose pages test what capture claims; knows nothing of capture."""

import contextlib
import io
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from tests.pipeline.moving_pages import MOVING, SETTLING
from tests.pipeline.pinned_pages import FILTERING, PINNED, TRICKY

ROW_PX = 40
ROWS = 24
DIGITS = (40, 90, 140, 190, 240)  # each far enough from its neighbours to survive H.264

# Cells of 16 px, one bit each, the highest first: a line of them per number.
CELL_PX, BITS = 16, 16
NUMBERS = ("scroll_px", "frame_ms", "now_ms", "date_ms", "ticks", "animation_ms")
CLOCKS = """<canvas id=c width=256 height=96 style="position:fixed;left:0;top:0"></canvas>
<div id=slow style="position:fixed;left:300px;top:0;width:8px;height:8px"></div>
<script>
const pen = c.getContext('2d'), now = performance.now(), date = Date.now();
slow.animate([{opacity: 1}, {opacity: .9}], {duration: 60000, iterations: Infinity});
let ticks = 0;
setInterval(() => ticks++, 100);
const draw = (t) => {
  const numbers = [scrollY, t, performance.now(), Date.now() - date, ticks,
    slow.getAnimations()[0].currentTime];
  numbers.forEach((n, line) => {
    for (let bit = 0; bit < 16; bit++) {
      pen.fillStyle = Math.floor(n % 65536) >> (15 - bit) & 1 ? '#fff' : '#000';
      pen.fillRect(bit * 16, line * 16, 16, 16);
    }
  });
  requestAnimationFrame(draw);
};
requestAnimationFrame(draw);
</script>"""


def row_colour(row: int, tint: int = 0) -> tuple[int, int, int]:
    """The colour of a row of a page: of its own among 125 rows; `tint` tells pages apart.

    Green changes fastest, so that every viewport is about as bright as the next.
    """
    row += tint * 31
    return DIGITS[row // 5 % 5], DIGITS[row % 5], DIGITS[row // 25 % 5]


def page(pieces: str, *, rows: int = ROWS, tint: int = 0, text: bool = True) -> str:
    """A document of `rows` rows of ROW_PX, each of its own colour, and `pieces` among them."""
    lines = [
        f'<p style="background:rgb{row_colour(n, tint)}">{f"Row {n} of {rows}" if text else ""}</p>'
        for n in range(rows)
    ]
    before, _, after = pieces.partition("<!-- rows -->")
    return (
        "<!doctype html><meta charset=utf-8><title>Rows</title><style>"
        "html{overflow-anchor:none}"
        f"body{{margin:0;font:20px/{ROW_PX}px sans-serif}} p{{margin:0;height:{ROW_PX}px}}"
        ".box{position:absolute;left:300px;top:100px;width:120px;height:120px;background:#fff}"
        f"</style>{before}<main>{''.join(lines)}</main>{after}"
    )


_PIECES = MOVING | SETTLING | PINNED | TRICKY | FILTERING
PAGES = {
    **{name: page(pieces) for name, pieces in _PIECES.items()},
    **{f"rows-{tint}": page("", tint=tint, text=False) for tint in range(4)},
    "plain": page(""),
    "short": page("", rows=3),
    "clocks": page(CLOCKS),
    "dawn": page(
        "<style>main { background: linear-gradient(#000 360px, #fff 500px) }"
        " p { background: none !important }</style><!-- rows -->"
    ),
    "inner": page('<div style="position:fixed;top:0;background:#000;width:99px">fixed</div>'),
}


def spinner() -> bytes:
    """A GIF that never ends."""
    frames = [Image.new("RGB", (80, 80), (n * 80, 0, 0)) for n in range(3)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=200, loop=0)
    return file.getvalue()


class CaptureSite:
    """Serves PAGES by name. `failures`: how many more times a path answers 503 before it works."""

    def __init__(self, files: Path | None = None) -> None:
        self.files = files
        self.hits: Counter[str] = Counter()
        self.failures: Counter[str] = Counter()
        self.port = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def url(self, name: str) -> str:
        return f"http://{self.address}/{name}"

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, media type and body."""
        name = urlsplit(path).path.lstrip("/")
        self.hits[name] += 1
        if self.failures[name] > 0:
            self.failures[name] -= 1
            return 503, "text/plain", b"busy"
        if name == "spinner.gif":
            return 200, "image/gif", spinner()
        if self.files is not None and (self.files / name).is_file():
            return 200, "video/webm", (self.files / name).read_bytes()
        if name in PAGES:
            return 200, "text/html; charset=utf-8", PAGES[name].encode()
        return 404, "text/plain", b"no such page"


@contextlib.contextmanager
def capture_site(files: Path | None = None) -> Iterator[CaptureSite]:
    """The site, running in threads of its own, so that any loop or process may ask it."""
    site = CaptureSite(files)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = site.answer(self.path)
            with contextlib.suppress(OSError):  # the browser may have changed its mind
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="site")
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
