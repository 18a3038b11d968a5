"""Pages that hold one component each, with the app's own sheets, modules and strict policy."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, get, post
from litestar.params import FromPath, FromQuery
from starlette.responses import FileResponse
from starlette.responses import Response as AnyResponse

from app.settings import load_settings
from app.web.security import content_security_policy
from tests.web.upload_app import Uploads, upload_app

STATIC = Path(__file__).parents[2] / "app/static"
SHEETS = (
    *("vendor/basecoat-css/basecoat-nova.cdn.min.css", "app.css", "css/layout.css"),
    *("css/pieces.css", "css/forms.css", "css/upload.css", "css/recorder.css", "css/trim.css"),
    "css/sortable.css",
)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{sheets}
<script type="module" src="/static/js/{module}.js"></script></head>
<body data-person="{person}"><main class="narrow stack" id="content">{content}</main></body></html>
"""
CONTENTS = {
    "upload": """
<h1>Upload</h1>
<resumable-upload data-create="/uploads" data-max-bytes="41943040" data-kinds="MP4, MOV or WebM">
<form method="post" action="/uploads/plain" enctype="multipart/form-data">
<label for="file">Video file</label>
<input type="file" id="file" name="file" accept="video/*,.mkv">
<button class="btn">Upload</button></form></resumable-upload>""",
    "recorder": """
<h1>Record</h1>
<facecam-recorder data-create="/uploads" data-max-s="8">
<p>Recording needs JavaScript. Upload a file instead.</p></facecam-recorder>""",
    "recorder_opened": """
<h1>Facecam</h1>
<details><summary>Record in the browser</summary>
<facecam-recorder data-create="/uploads" data-max-s="8"></facecam-recorder></details>""",
    "trim": """
<h1>Trim</h1>
<form method="post" action="/form">
<clip-trim data-duration-s="10" data-least-s="1">
<video src="/media/proxy.webm" preload="auto" playsinline muted width="320"></video>
<img class="trim-film" src="/media/filmstrip.webp" alt="">
<div class="field"><label for="start">Start, in seconds</label>
<input type="number" id="start" name="start_s" min="0" max="10" step="0.1" value="0"></div>
<div class="field"><label for="end">End, in seconds</label>
<input type="number" id="end" name="end_s" min="0" max="10" step="0.1" value="10"></div>
</clip-trim><button class="btn">Keep this part</button></form>""",
    "sortable": """
<h1>Sort</h1>
<sortable-list data-noun="Scene">
<form method="post" action="/order"></form>
<ol>{rows}</ol></sortable-list>""",
}
ROW = """<li data-id="{id}" data-name="{name}" class="card">
<button type="button" class="btn btn-ghost btn-icon sortable-handle" aria-label="Move scene {name}">
::</button> {name}
<span class="sortable-without"><button name="up" value="{id}">Move up</button></span></li>"""
POLICY = content_security_policy(load_settings({}))
NAMES = {"a": "Home page", "b": "Profile", "c": "Pricing"}


@dataclass
class Pages:
    """What the application was sent. `media` is a folder of files for the pages to show."""

    uploads: Uploads
    media: Path
    forms: list[list[tuple[str, str]]] = field(default_factory=list)
    orders: list[list[str]] = field(default_factory=list)
    order_status: int = 204


def page_app(pages: Pages) -> Litestar:
    @get("/{name:str}", media_type="text/html")
    async def page(name: FromPath[str], person: FromQuery[str] = "ada") -> Response[str]:
        return _page(name, person)

    @get("/done", media_type="text/html")
    async def done() -> str:
        return "<!doctype html><title>Done</title><h1>Done</h1>"

    @get("/static/{path:path}")
    async def static_file(path: FromPath[str]) -> AnyResponse:
        return FileResponse(STATIC / path.strip("/"), headers={"Cache-Control": "no-store"})

    @get("/media/{name:str}")
    async def media_file(name: FromPath[str]) -> AnyResponse:
        return FileResponse(pages.media / name)

    @post("/form", status_code=200, media_type="text/html")
    async def form_taken(request: Request[Any, Any, Any]) -> str:
        pages.forms.append([(key, str(value)) for key, value in (await request.form()).items()])
        return "<!doctype html><title>Taken</title><h1>Taken</h1>"

    @post("/order", status_code=204)
    async def order_taken(request: Request[Any, Any, Any]) -> Response[None]:
        pages.orders.append((await request.form()).getall("order"))
        return Response(None, status_code=pages.order_status)

    return upload_app(pages.uploads, page, done, static_file, media_file, form_taken, order_taken)


def _page(name: str, person: str) -> Response[str]:
    sheets = "\n".join(f'<link rel="stylesheet" href="/static/{sheet}">' for sheet in SHEETS)
    rows = "".join(ROW.format(id=key, name=value) for key, value in NAMES.items())
    content = CONTENTS[name].replace("{rows}", rows)
    return Response(
        PAGE.format(name=name, sheets=sheets, module=name, content=content, person=person),
        headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"},
    )
