"""Work in a thread whose files stay where they are until it ends; knows no work itself."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `work` returns. A cancelled caller waits for its end first.

    Otherwise the caller would remove a draft in which the thread still writes, and a file that
    comes while a folder is being emptied keeps the folder.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        if not task.cancelled():
            task.exception()  # looked at, or the loop reports it as never retrieved
        raise
