"""The button that takes sample visits out of every figure."""

from litestar import Router, post

from app.accounts.dependencies import Session
from app.analytics.samples import remove_samples
from app.phrases import plural
from app.web.pages import Answer, AnyRequest, flash, path_for, safe_next_path, see_other
from app.workspaces.dependencies import Member


@post("/analytics/samples/remove", name="analytics.samples_remove")
async def samples_remove(request: AnyRequest, session: Session, member: Member) -> Answer:
    """Back to the page that showed them, `?next=`."""
    removed = await remove_samples(session)
    asked = request.query_params.get("next")
    back = safe_next_path(asked) if asked else path_for(request, "analytics.list")
    said = f"{plural(removed, 'sample visit was', 'sample visits were')} removed."
    return flash(see_other(back), "good", said if removed else "There were no sample visits.")


samples_router = Router("/", route_handlers=[samples_remove])
