"""What a worker answers on a port of its own: alive, ready, figures. It serves nobody's pages.

Nothing is sent to a worker from outside, so an unready one is not taken out of anything: 503 is for
whoever watches it or waits for it in a deployment, and is given for any part that is missing.
"""

import time

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.jobs.operator_metrics import CONTENT_TYPE, may_read_metrics, read_metrics
from app.jobs.render_station import Station
from app.jobs.services import Services
from app.renders.health import OK, HealthChecks
from app.renders.leases import ALIVE_S


class WorkerPort:
    """The application for `WORKER_PORT`; whoever starts the worker sets its `station`.

    It answers from before the worker begins until after its last video has ended.
    """

    def __init__(self, services: Services) -> None:
        self.station: Station | None = None
        self._services = services
        self._checks = HealthChecks(
            services.settings, services.database, services.storage, services.check_queue
        )
        self.app = Starlette(
            routes=[
                Route("/health/live", self._live),
                Route("/health/ready", self._ready),
                Route("/metrics", self._metrics),
            ]
        )

    async def _live(self, _request: Request) -> Response:
        return JSONResponse({"status": OK})

    async def _ready(self, _request: Request) -> Response:
        # What the database has heard of workers may be another's heartbeat.
        parts = await self._checks.ask_all() | {"worker": self._beat()}
        is_ready = set(parts.values()) == {OK}
        status = OK if is_ready else "unavailable"
        return JSONResponse({"status": status, **parts}, status_code=200 if is_ready else 503)

    async def _metrics(self, request: Request) -> Response:
        client = request.client.host if request.client else None
        host = request.headers.get("host", "")
        token = self._services.settings.metrics_token
        if not may_read_metrics(token, client, host, dict(request.headers)):
            return PlainTextResponse("Nothing here.\n", status_code=404)
        return Response(
            await read_metrics(self._services.database),
            media_type=CONTENT_TYPE,
            headers={"Cache-Control": "no-store"},
        )

    def _beat(self) -> str:
        if self.station is None:
            return "starting"
        if self.station.is_stopping:
            return "stopping"
        silent_s = time.monotonic() - self.station.present_at
        return OK if silent_s < ALIVE_S else f"silent for {silent_s:.0f} s"
