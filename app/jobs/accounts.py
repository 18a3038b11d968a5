"""Letters of accounts. A letter's token is made here, so that it never lies in a queue."""

from app.accounts.email_links import make_link
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


async def send_letter(
    services: Services, *, letter: LetterName, to: str, context: dict[str, Value]
) -> None:
    """Sends a letter that holds no secret."""
    await services.mailer.send(write_letter(letter, to, **context))
