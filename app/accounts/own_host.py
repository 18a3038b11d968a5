"""Pages that live on the app's own host alone; on a workspace's host they lead there."""

from litestar.response import Redirect

from app.web.pages import AnyRequest, see_other, settings_of, state_of
from app.web.refusals import NotFound


async def own_host_only(request: AnyRequest) -> Redirect | None:
    """Before a handler: None on the app's host. Elsewhere a page is asked for there instead.

    A sign-in on a workspace's host would be a device that no other host knows. Raises NotFound for
    what is sent: a redirect would lose it.
    """
    if state_of(request)["workspace_slug"] is None:
        return None
    if request.method not in {"GET", "HEAD"}:
        raise NotFound
    query = f"?{request.url.query}" if request.url.query else ""
    return see_other(f"{settings_of(request).base_url}{request.url.path}{query}")
