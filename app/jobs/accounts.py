"""Letters of accounts. A letter's token is made here, so that it never lies in a queue."""

from uuid import UUID

from app.accounts.email_change import KIND
from app.accounts.email_links import make_link
from app.accounts.models import User
from app.accounts.sign_in import find_user
from app.jobs.services import Services
from app.mail.letters import LetterName, Value, write_letter


async def send_sign_in_link(services: Services, *, email: str, next_path: str) -> None:
    """Sends a link that signs this address in, known or not: a first sign-in is a sign-up."""
    async with services.database.session() as session:
        user = await find_user(session, email)
        token = await make_link(session, "sign_in", email, user=user, next_path=next_path)
    link = f"{services.settings.base_url}/sign-in/link/{token}"
    await services.mailer.send(write_letter("sign_in_link", email, link=link, minutes=15))


async def send_password_reset(services: Services, *, email: str) -> None:
    """Sends a link that sets a new password, to an address that has an account here."""
    async with services.database.session() as session:
        user = await find_user(session, email)
        if user is None:
            return
        token = await make_link(session, "reset", email, user=user)
    link = f"{services.settings.base_url}/sign-in/reset/{token}"
    await services.mailer.send(write_letter("reset_password", email, link=link, minutes=15))


async def send_email_change(services: Services, *, user_id: str, email: str) -> None:
    """Sends a link to the address that a person wants; who has an account with it is told so."""
    base_url = services.settings.base_url
    async with services.database.session() as session:
        user = await session.get(User, UUID(user_id))
        if user is None:
            return
        taken = await find_user(session, email) is not None
        token = "" if taken else await make_link(session, KIND, email, user=user)
    if taken:
        letter = write_letter("email_in_use", email, link=f"{base_url}/sign-in")
    else:
        link = f"{base_url}/email/{token}"
        letter = write_letter(
            "confirm_email", email, link=link, minutes=15, former_email=user.email
        )
    await services.mailer.send(letter)


async def send_letter(
    services: Services, *, letter: LetterName, to: str, context: dict[str, Value]
) -> None:
    """Sends a letter that holds no secret."""
    await services.mailer.send(write_letter(letter, to, **context))
