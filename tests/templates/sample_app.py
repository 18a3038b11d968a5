"""Shows every macro in the real frame, under the real policy on scripts; it keeps nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Redirect, Template
from litestar.template.config import TemplateConfig

from app.templating import make_environment
from app.web.static_files import FOLDER, StaticFiles, static_route
from tests.templates.examples import MEMBER, PERSON, StandInForm

HERE = Path(__file__).parent / "samples"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'"
)
AnyRequest = Request[Any, Any, State]


@dataclass
class Row:
    """One line of the sample table."""

    id: int
    name: str
    leads: int
    state: tuple[str, str]
    created_at: datetime


STATES = [("good", "Ready"), ("info", "Rendering"), ("warn", "3 warnings"), ("bad", "Failed")]
NAMES = [
    "Autumn outreach",
    "Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüssel für die Herbstkampagne",
    "Q4 / fintech",
    "漢字の会社",
]
PAGE = SimpleNamespace(first=1, last=25, total=1204, previous_url=None, next_url="/?page=2")
WRONG = StandInForm(
    {"email": "ann@", "about": "Two lines\nof text", "shape": "circle", "weekly": "on"},
    {
        "": "The campaign was not saved: 2 fields need another look.",
        "email": "This is not an e-mail address: the part after @ is missing.",
        "size": "Choose one of the options.",
        "shape": "Choose one of the options.",
        "agreed": "Tick this to go on.",
    },
)


def _rows() -> list[Row]:
    now = datetime.now(UTC)
    return [
        Row(at, name, 10 ** (3 - at) * 12, STATES[at], now - timedelta(hours=7**at))
        for at, name in enumerate(NAMES)
    ]


def _context() -> dict[str, Any]:
    return {"person": PERSON, "member": MEMBER, "rows": _rows(), "form": WRONG, "page": PAGE}


@get("/", name="campaigns.list", sync_to_thread=False)
def sample_page() -> Template:
    said = [
        ("good", "Saved."),
        ("info", "Moved to the archive.", {"action": "/undo", "label": "Undo"}),
    ]
    return Template("sample.html", context=_context() | {"flash": said})


@get("/sign-in", name="sample.bare", sync_to_thread=False)
def bare_page() -> Template:
    return Template("sign-in.html", context={"form": WRONG})


@get("/facecams", name="facecams.list", sync_to_thread=False)
def empty_page() -> Template:
    return Template("empty.html", context=_context())


@get("/settings", name="settings.page", sync_to_thread=False)
def gone_page() -> Template:
    context = {"status": 503, "title": "Back in a moment", "text": "The database does not answer."}
    return Template("errors/error.html", context=context, status_code=503)


@get(
    "/workspaces/switcher",
    name="workspaces.switcher",
    media_type=MediaType.HTML,
    sync_to_thread=False,
)
def switcher() -> str:
    return '<ul id="switcher-list"><li><a href="/" aria-current="true">Acme</a></li></ul>'


@get("/search", name="search.results", media_type=MediaType.HTML, sync_to_thread=False)
def results(q: FromQuery[str] = "") -> str:
    return f'<li><a class="menu-item" href="/found">{q} campaign</a></li>' if "au" in q else ""


@post("/rows/{row:int}/remove", name="rows.remove", sync_to_thread=False)
def remove_row(request: AnyRequest, row: FromPath[int]) -> Response[str] | Redirect:
    if not request.headers.get("hx-request"):
        return Redirect("/", status_code=303)
    said = (
        '{"toast": {"kind": "good", "text": "Gone \\u2013 really.", "undo": {"action": "/undo"}}}'
    )
    return Response("", media_type=MediaType.HTML, headers={"HX-Trigger": said})


@post("/refused", name="sample.refused", sync_to_thread=False)
def refused_form() -> Template:
    return Template("_form.html", context={"form": WRONG}, status_code=422)


@post("/broken", name="sample.broken", sync_to_thread=False)
def broken() -> Template:
    context = {"status": 429, "title": "Too many tries", "text": "Wait 2 minutes, then try again."}
    return Template("errors/error.html", context=context, status_code=429)


@post("/crashed", name="sample.crashed", sync_to_thread=False)
def crashed() -> Response[str]:
    return Response("<h1>Bad gateway</h1>", media_type=MediaType.HTML, status_code=502)


@get("/offline", name="offline", sync_to_thread=False)
def offline() -> Template:
    return Template("errors/offline.html")


@get("/sw.js", name="service_worker", sync_to_thread=False)
def worker() -> Response[bytes]:
    return Response((FOLDER / "sw.js").read_bytes(), media_type="text/javascript")


def make_app() -> Litestar:
    """The sample application, with the templates beside this file."""
    files = StaticFiles()
    environment = make_environment(files.url)
    assert environment.loader is not None
    environment.loader = ChoiceLoader([environment.loader, FileSystemLoader(HERE)])

    def guard(answer: Response[Any]) -> Response[Any]:
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    return Litestar(
        [
            sample_page,
            bare_page,
            empty_page,
            gone_page,
            switcher,
            results,
            remove_row,
            refused_form,
            broken,
            crashed,
            offline,
            worker,
            static_route(files),
        ],
        after_request=guard,
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment)),
        openapi_config=None,
    )
