"""The sweep forgets what can no longer be used, and nothing else."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from app.accounts.auth_sessions import IDLE_FOR
from app.accounts.email_links import make_link
from app.accounts.forgetting import COUNTS_FOR, forget_what_ended
from app.accounts.models import AuthSession, EmailLink, OauthAttempt, RateCount
from app.accounts.oauth import Attempt
from app.accounts.oauth_attempts import Errand, keep_attempt
from app.accounts.rate_limits import LINK_BY_ACCOUNT, count_try
from app.db.base import now
from tests.cast import Cast

TABLES: tuple[Any, ...] = (EmailLink, OauthAttempt, RateCount, AuthSession)


async def counts(cast: Cast) -> list[int]:
    async with cast.site.database.session() as session:
        return [
            await session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES
        ]


async def sweep(cast: Cast) -> None:
    async with cast.site.database.session() as session:
        await forget_what_ended(session)


async def test_what_ended_is_forgotten_and_what_lives_is_kept(cast: Cast) -> None:
    database = cast.site.database
    await count_try(database, LINK_BY_ACCOUNT, "alice@example.com")
    async with database.session() as session:
        await make_link(session, "sign_in", "alice@example.com")
        attempt = Attempt(provider_key="oidc", state="s", nonce="n", code_verifier="v")
        await keep_attempt(session, attempt, Errand(), "secret")
    before = await counts(cast)
    await sweep(cast)
    assert await counts(cast) == before
    async with database.session() as session:
        await session.execute(update(EmailLink).values(expires_at=now()))
        await session.execute(update(OauthAttempt).values(expires_at=now()))
        old = now() - COUNTS_FOR - timedelta(minutes=1)
        await session.execute(update(RateCount).values(window_start=old))
        alices = AuthSession.user_id == cast.users["alice"].id
        await session.execute(update(AuthSession).where(alices).values(expires_at=now()))
        bobs = AuthSession.user_id == cast.users["bob"].id
        await session.execute(update(AuthSession).where(bobs).values(last_seen_at=now() - IDLE_FOR))
    await sweep(cast)
    assert await counts(cast) == [0, 0, 0, before[3] - 3]
    assert (await cast.adam.get("/settings/profile")).status_code == 200
