"""Captures a page in motion frame by frame, each at exactly its time; still frames repeat."""

from collections.abc import Callable

from app.hme.plan import MotionPlan
from app.pipeline.capture.film import SAME_TIME_MS, Film
from app.pipeline.recording import FrameStore


async def capture_stepped(
    film: Film, plan: MotionPlan, store: FrameStore, on_frame: Callable[[int], None]
) -> None:
    """Appends every frame of `plan` to `store`. The page is armed, at its top.

    Asking for a picture costs its encoding even where nothing changed (65 ms against 1), so while
    the page rests each frame is drawn without one first. Raises what the page's calls raise.
    """
    await film.rewind(plan.scroll_px)
    previous = b""
    resting = False
    for number in range(plan.frames):
        picture = b""
        if resting and not plan.moving(number) and film.page.browser.frame_control:
            damaged, _ = await film.frame(number)
            if damaged:
                _, picture = await film.pass_ms(SAME_TIME_MS, "jpeg")
        else:
            damaged, picture = await film.frame(number, "jpeg")
        while damaged and not picture:  # a late surface; see capture.md §1.b, trap 5
            _, picture = await film.pass_ms(SAME_TIME_MS, "jpeg")
        resting = not picture or picture == previous
        if resting and picture and film.page.browser.frame_control:
            # The frame after a picture counts as changed, whatever it shows: let that one pass.
            await film.pass_ms(SAME_TIME_MS)
        store.append(None if resting else picture)
        previous = picture or previous
        on_frame(number + 1)
