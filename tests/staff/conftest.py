"""Sue, who is staff, and Eve, whose address is one of staff's too; both belong to no workspace."""

from collections.abc import AsyncIterator

import httpx
import pytest

from app.accounts.auth_sessions import Browser, start_session
from app.accounts.sign_in import get_or_create_user
from app.asgi import furnish
from app.db.listen import News
from app.settings import load_settings
from tests.cast import HOST, Cast, litestar_in


@pytest.fixture
async def staff(cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    """Sue, who is staff and belongs to no workspace, on the app's own host."""
    site = cast.site
    settings = load_settings(
        {
            "APP_HOST": HOST,
            "LOOMLITE_VAR": str(site.settings.var_folder),
            "STAFF_EMAILS": "Sue@example.com, eve@example.com",
        }
    )
    furnish(litestar_in(site.app), settings, site.database, site.storage, News())
    async with site.database.session() as session:
        sue = await get_or_create_user(session, "sue@example.com", name="Sue")
        token = await start_session(session, sue, Browser(HOST, "203.0.113.7", "Tests/1.0"))
    async with site.visitor(token=token) as visitor:
        yield visitor
