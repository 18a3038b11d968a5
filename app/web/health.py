"""For load balancers: is the process alive, and can it work?"""

from litestar import Response, Router, get
from sqlalchemy import text

from app.web.pages import AnyRequest


@get("/health/live", name="health.live", sync_to_thread=False, without_session=True)
def health_live() -> dict[str, str]:
    return {"status": "ok"}


@get("/health/ready", name="health.ready")
async def health_ready(request: AnyRequest) -> Response[dict[str, str]]:
    try:
        async with request.app.state.database.session() as session:
            await session.execute(text("select 1"))
    except Exception as error:  # whatever it is, this process cannot work now
        return Response(
            {"status": "unavailable", "database": type(error).__name__}, status_code=503
        )
    return Response({"status": "ok", "database": "ok"})


health_router = Router("/", route_handlers=[health_live, health_ready])
