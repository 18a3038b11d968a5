"""Sign-ins under way at a provider: kept for ten minutes, for one browser and for one use."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import OauthAttempt
from app.accounts.oauth import ATTEMPT_S, Attempt
from app.accounts.tokens import token_hash
from app.db.base import now


@dataclass(frozen=True)
class Errand:
    """What a sign-in at a provider is for. `user_id` is who connects it to their account, or None
    for a sign-in; `workspace_slug` is where they came from, "" for the app's host."""

    user_id: UUID | None = None
    workspace_slug: str = ""
    next_path: str = ""


async def keep_attempt(
    session: AsyncSession, attempt: Attempt, errand: Errand, browser_secret: str
) -> None:
    """The attempt is kept for the browser that holds this secret."""
    values = asdict(attempt)
    # The state comes back in the callback, and the address has been used.
    del values["url"], values["state"], values["provider_key"]
    session.add(
        OauthAttempt(
            provider=attempt.provider_key,
            state_sha256=token_hash(attempt.state),
            browser_sha256=token_hash(browser_secret),
            values=values | {"workspace_slug": errand.workspace_slug},
            user_id=errand.user_id,
            next_path=errand.next_path[:2000],
            expires_at=now() + timedelta(seconds=ATTEMPT_S),
        )
    )
    await session.flush()


async def take_attempt(
    session: AsyncSession, provider_key: str, state: str, browser_secret: str
) -> tuple[Attempt, Errand] | None:
    """The attempt of this state, which is used up now; None unless it is this browser's."""
    # One statement: of two callbacks at once one finds it.
    kept = await session.scalar(
        delete(OauthAttempt)
        .where(
            OauthAttempt.provider == provider_key,
            OauthAttempt.state_sha256 == token_hash(state),
            OauthAttempt.browser_sha256 == token_hash(browser_secret),
            OauthAttempt.expires_at > now(),
        )
        .returning(OauthAttempt)
    )
    if kept is None:
        return None
    attempt = Attempt(
        provider_key=provider_key,
        state=state,
        nonce=kept.values["nonce"],
        code_verifier=kept.values["code_verifier"],
    )
    return attempt, Errand(kept.user_id, kept.values["workspace_slug"], kept.next_path)


async def forget_old_attempts(session: AsyncSession) -> None:
    """Removes what can no longer be finished."""
    await session.execute(delete(OauthAttempt).where(OauthAttempt.expires_at < now()))
