"""For load balancers and alarms: is the process alive, and can it work?

A web process is taken out only for what keeps it from answering, which is the database. Were it
also taken out because a worker died or a storage is slow, every web process would be, at once, and
people would see nothing at all where one part is missing. So the rest is told as “degraded” with
200, and with 503 to alarms, which ask for `?strict=1`.
"""

from litestar import Response, Router, get
from litestar.params import FromQuery

from app.renders.health import OK, HealthChecks
from app.web.pages import AnyRequest


@get("/health/live", name="health.live", sync_to_thread=False, without_session=True)
def health_live() -> dict[str, str]:
    return {"status": OK}


@get("/health/ready", name="health.ready", without_session=True)
async def health_ready(
    request: AnyRequest, strict: FromQuery[bool] = False
) -> Response[dict[str, str]]:
    checks: HealthChecks = request.app.state.health
    parts = await checks.ask_all()
    status = OK if set(parts.values()) == {OK} else "degraded"
    if parts["database"] != OK:
        status = "unavailable"
    is_bad = status == "unavailable" or (strict and status != OK)
    return Response({"status": status, **parts}, status_code=503 if is_bad else 200)


health_router = Router("/", route_handlers=[health_live, health_ready])
