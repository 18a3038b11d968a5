"""What the page of a video shows of its visits, which it does not know itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from app.analytics.curves import Strip, strip
from app.analytics.heats import Heat, read_video_heat
from app.analytics.visit_lists import Watcher, find_lead_view, list_visits, list_watchers
from app.analytics.visit_words import reason_words
from app.analytics.words import KINDS, SceneHeat, lasted, scene_heats, strip_said
from app.renders.models import Render
from app.viewer.visit_models import LeadView, Visit


@dataclass(frozen=True)
class VideoViews:
    """For templates/analytics/_video_views.html. `lead` is None as long as nobody came."""

    lead: LeadView | None
    heat: Heat
    strip: Strip | None
    strip_said: str
    scenes: Sequence[SceneHeat]
    visits: Sequence[Visit]
    watchers: Sequence[Watcher]
    kinds: dict[str, tuple[str, str, str]]
    reason_words: Callable[[str, str], str]
    lasted: Callable[[float], str]


class SeenByRenders:
    """Provided as `views`; see app/renders/views_seen.py."""

    async def of_video(self, session: AsyncSession, render: Render) -> VideoViews | None:
        if "video.mp4" not in render.files:
            return None
        heat = await read_video_heat(session, render)
        return VideoViews(
            lead=await find_lead_view(session, render.public_id),
            heat=heat,
            strip=strip(heat.seconds, heat.scenes, heat.length_s) if any(heat.seconds) else None,
            strip_said=strip_said(heat.seconds),
            scenes=scene_heats(heat.seconds, heat.scenes),
            visits=await list_visits(session, render.public_id),
            watchers=await list_watchers(session, render.campaign_id, render.public_id),
            kinds=KINDS,
            reason_words=reason_words,
            lasted=lasted,
        )


def provide_views() -> SeenByRenders:
    return SeenByRenders()
