"""What a browser keeps for the time without a connection: a service worker and its page."""

from litestar import Response, Router, get
from litestar.response import Template

from app.web.pages import page
from app.web.static_files import FOLDER

_WORKER = (FOLDER / "sw.js").read_bytes()


@get("/sw.js", name="service_worker", sync_to_thread=False)
def service_worker() -> Response[bytes]:
    """At the root, since a worker looks after what lies below its own path."""
    return Response(_WORKER, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@get("/offline", name="offline", sync_to_thread=False)
def offline_page() -> Template:
    return page("errors/offline.html")


offline_router = Router("/", route_handlers=[service_worker, offline_page])
