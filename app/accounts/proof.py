"""That it is the person, and not who found their browser open, before how they sign in changes."""

from typing import Any

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.auth_sessions import signed_in_lately
from app.accounts.models import User
from app.accounts.passwords import MAX_CHARS, check_password_async
from app.accounts.rate_limits import SIGN_IN_BY_ACCOUNT, count_try
from app.web.forms import Form, FormModel
from app.web.pages import AnyRequest, state_of


class CurrentForm(FormModel):
    current: str = Field("", title="your current password", max_length=MAX_CHARS)


async def prove(
    request: AnyRequest,
    session: AsyncSession,
    person: User,
    form: Form[Any],
    *,
    without_password: str,
    field: str = "current",
) -> None:
    """An error in the form unless the person is fresh from a sign-in or knows the password.

    `without_password` is what somebody without one is to do. The session's connection is given
    back.
    """
    if await signed_in_lately(session, state_of(request)["device_id"]):
        return
    if person.password_hash is None:
        form.add_error("", without_password)
        return
    await session.close()  # gives its connection back, which the count needs
    await count_try(request.app.state.database, SIGN_IN_BY_ACCOUNT, person.email)
    if not await check_password_async(person.password_hash, form.data.current):
        form.add_error(field, "This is not your current password. Try again.")
