"""One process for the bench: the service's web server, its worker, a bare Litestar, or nothing.

The service's settings come from the environment, as an operator gives them; unlike there, in
production too, it listens on this machine's own address only. It measures nothing.
"""

import os
import sys
from pathlib import Path
from typing import Any

import uvicorn
from litestar import Litestar, get
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template import TemplateConfig

from app import serve
from app.db.embedded import EmbeddedDatabase
from app.listening import open_listener
from app.log import set_up_logs
from app.settings import load_settings

BARE_TEMPLATE = "page.html"


def run_service(*, web: bool) -> None:
    """The web server or the worker, until SIGTERM."""
    settings = load_settings(os.environ)
    set_up_logs(settings)
    url = settings.database_url or ""
    urls = EmbeddedDatabase(url, url)
    if not web:
        serve.run(serve.serve(settings, urls, listener=None, worker=True))
        return
    with open_listener(settings, "127.0.0.1") as listener:
        serve.run(serve.serve(settings, urls, listener=listener, worker=False))


@get("/", name="page", sync_to_thread=False)
def bare_page() -> Template:
    return Template(BARE_TEMPLATE)


def run_bare(folder: Path, port: int) -> None:
    """Litestar with one page and nothing else; `page.html` in `folder` is its template."""
    engine = JinjaTemplateEngine(directory=folder)
    app = Litestar(
        [bare_page],
        template_config=TemplateConfig(instance=engine),
        openapi_config=None,
        logging_config=None,
    )
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off")


async def empty_app(_scope: Any, receive: Any, send: Any) -> None:
    """Reads what is sent and says so: all that a web server costs before it does anything."""
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-length", b"5")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"Kept\n"})


def run_empty(port: int) -> None:
    uvicorn.run(
        empty_app, host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off"
    )


if __name__ == "__main__":
    if sys.argv[1] == "empty":
        run_empty(int(os.environ["PORT"]))
    elif sys.argv[1] == "bare":
        run_bare(Path(os.environ["LOOMLITE_VAR"]), int(os.environ["PORT"]))
    else:
        run_service(web=sys.argv[1] == "web")
