"""What tests of real pages share: the bad site, and a desk (browser and guard) that may open it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.pipeline.bad_site import BadSite, bad_site
from tests.pipeline.desk import Desk, open_desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site() -> AsyncIterator[BadSite]:
    async with bad_site() as serving:
        yield serving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(site: BadSite) -> AsyncIterator[Desk]:
    async with open_desk(site.addresses) as opened:
        yield opened
