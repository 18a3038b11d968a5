"""An armed page's frames by number, at the output's fps; the one place where its clock moves on."""

import json
from collections.abc import Sequence

from app.pipeline.browser.page import Page, PictureFormat

SETTLE_FRAMES = 90  # a page that still moves after 1.5 s of its own time will not stop for us
STILL_FRAMES = 6
# A second draw at nearly the same time: the compositor wants its clock to grow, and the page must
# not notice.
SAME_TIME_MS = 0.001


class Film:
    """Frames of `page` at `fps`. `rewind` puts frame 0 of an offset track at the next frame."""

    def __init__(self, page: Page, fps: int) -> None:
        self.page, self.fps = page, fps
        self._at_ms = 0.0
        self._start_ms = 0.0
        self._step_ms = 1000 / fps

    async def wait_still(self) -> bool:
        """Lets the page's time run until nothing changes; False when it does not stop changing."""
        still = 0
        for _ in range(SETTLE_FRAMES):
            damaged, _ = await self.pass_ms(self._step_ms)
            still = 0 if damaged else still + 1
            if still >= STILL_FRAMES:
                return True
        return False

    async def pass_ms(
        self, span_ms: float, picture: PictureFormat | None = None
    ) -> tuple[bool, bytes]:
        """Draws the frame `span_ms` later: (anything changed, picture)."""
        self._at_ms += span_ms
        return await self.page.frame(self._at_ms, picture)

    async def rewind(self, offsets_px: Sequence[int]) -> None:
        """The page's scroll offset follows `offsets_px`; the next call must be `frame(0)`."""
        await self.page.evaluate(f"__loom.follow({json.dumps(list(offsets_px))}, {self.fps})")
        self._at_ms += self._step_ms
        self._start_ms = self._at_ms

    async def frame(self, number: int, picture: PictureFormat | None = None) -> tuple[bool, bytes]:
        """Draws frame `number` of the track; numbers only grow. (anything changed, picture)."""
        self._at_ms = self._start_ms + number * self._step_ms
        return await self.page.frame(self._at_ms, picture)

    async def to_top(self) -> None:
        """Back to offset 0, with the page given time to notice."""
        await self.rewind([0])
        await self.frame(0)
        await self.wait_still()
