"""`/metrics` of the web server; who may read it is decided by app/jobs/operator_metrics.py."""

from litestar import Response, Router, get

from app.jobs.operator_metrics import CONTENT_TYPE, may_read_metrics, read_metrics
from app.web.hosts import host_of
from app.web.pages import AnyRequest, settings_of
from app.web.refusals import NotFound


@get("/metrics", name="metrics", without_session=True)
async def metrics(request: AnyRequest) -> Response[bytes]:
    token = settings_of(request).metrics_token
    client = request.client.host if request.client else None
    if not may_read_metrics(token, client, host_of(request.scope), dict(request.headers)):
        raise NotFound
    return Response(
        await read_metrics(request.app.state.database),
        media_type=CONTENT_TYPE,
        headers={"Cache-Control": "no-store"},
    )


metrics_router = Router("/", route_handlers=[metrics])
