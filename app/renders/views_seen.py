"""What a video's page shows of its visits. Who counts visits stands above and provides it:
app/asgi.py."""

from typing import Any, Protocol, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncSession

from app.renders.models import Render


@runtime_checkable  # for Litestar, which looks at what it provides
class ViewsSeen(Protocol):
    async def of_video(self, session: AsyncSession, render: Render) -> Any:
        """What templates/analytics/_video_views.html draws; None where a video has no link."""
