"""Letters leave here: by SMTP, or into the local outbox. Decides nothing about when or to whom."""

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from secrets import token_hex
from typing import Protocol

from app.errors import LoomliteError
from app.mail.addresses import read_address
from app.mail.letters import Letter
from app.mail.messages import write_message
from app.mail.smtp_url import MailSettingsInvalid, SmtpServer, read_smtp_url

TIMEOUT_S = 20.0  # per answer of the server; greylisting servers take up to ten seconds to greet


class MailNotSent(LoomliteError):
    """A letter did not leave. `permanent`: another try with the same letter fails alike.

    `reason` is for the log: what the server or the system said.
    """

    def __init__(self, sentence: str, *, permanent: bool, reason: str) -> None:
        super().__init__(sentence)
        self.permanent, self.reason = permanent, reason


class Mailer(Protocol):
    """Takes letters to people."""

    async def send(self, letter: Letter) -> None:
        """The letter has been taken over by whoever delivers it. Raises MailNotSent."""


class SmtpMailer:
    """Hands letters to the mail server of an SMTP_URL, one connection each.

    Certificates are checked against `tls_context`, by default the system's authorities.
    Raises MailSettingsInvalid for an unfit URL or sender.
    """

    def __init__(self, url: str, sender: str, *, tls_context: ssl.SSLContext | None = None) -> None:
        self._server = read_smtp_url(url)
        self._sender = _read_sender(sender)
        self._tls = tls_context or ssl.create_default_context()
        # Threads of its own: a slow mail server must not hold those that check passwords.
        self._threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="smtp")

    async def send(self, letter: Letter) -> None:
        """The server has accepted the letter. A cancelled call may still deliver it."""
        message = write_message(letter, self._sender)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._threads, self._hand_in, letter, message)

    def _hand_in(self, letter: Letter, message: EmailMessage) -> None:
        with _told_apart(letter):
            connection = self._connect()
            try:
                self._sign_in(connection, self._server)
                to = read_address(letter.to).addr_spec
                connection.send_message(message, self._sender.addr_spec, [to])
            except BaseException:
                connection.close()
                raise
        # The letter is delivered by now: whatever goes wrong here must not send it again.
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        # Without a name of ours smtplib asks the name server for one, which can take long.
        if server.tls == "from the start":
            return smtplib.SMTP_SSL(
                server.host,
                server.port,
                local_hostname=self._sender.domain,
                timeout=TIMEOUT_S,
                context=self._tls,
            )
        return smtplib.SMTP(
            server.host, server.port, local_hostname=self._sender.domain, timeout=TIMEOUT_S
        )

    def _sign_in(self, connection: smtplib.SMTP, server: SmtpServer) -> None:
        connection.ehlo_or_helo_if_needed()
        offered = connection.has_extn("starttls")
        if server.tls == "required" or (server.tls == "when offered" and offered):
            connection.starttls(context=self._tls)
        if server.user:
            connection.login(server.user, server.password)


class OutboxMailer:
    """Puts letters into a folder, each as an `.eml` file only its owner can read.

    Their names sort by time. A letter appears whole or not at all.
    """

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder, self._sender = folder, _read_sender(sender)

    async def send(self, letter: Letter) -> None:
        """The letter lies in the folder."""
        content = write_message(letter, self._sender).as_bytes()
        with _told_apart(letter):
            await asyncio.to_thread(self._put, content)

    def _put(self, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S-%f}-{token_hex(4)}"
        unfinished = self._folder / f"{name}.part"
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(content)
        unfinished.rename(self._folder / f"{name}.eml")


def open_mailer(smtp_url: str | None, sender: str, outbox_folder: Path) -> Mailer:
    """The mailer of these settings: SMTP with a URL, the outbox without. Opens no connection.

    Raises MailSettingsInvalid.
    """
    return SmtpMailer(smtp_url, sender) if smtp_url else OutboxMailer(outbox_folder, sender)


@contextmanager
def _told_apart(letter: Letter) -> Iterator[None]:
    """Failures become MailNotSent: 5xx and what a server cannot do are permanent, the rest not.

    A certificate that fails its check is worth another try: it is renewed sooner or later.
    """
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refused:
        code, answer = next(iter(refused.recipients.values()))
        raise _not_sent(letter, code >= 500, f"{code} {answer!r}", refused=True) from refused
    except smtplib.SMTPResponseException as said:
        reason = f"{said.smtp_code} {said.smtp_error!r}"
        raise _not_sent(letter, said.smtp_code >= 500, reason) from said
    except smtplib.SMTPNotSupportedError as unable:
        raise _not_sent(letter, True, str(unable)) from unable
    except (smtplib.SMTPException, OSError) as broken:
        raise _not_sent(letter, False, repr(broken)) from broken


def _not_sent(letter: Letter, permanent: bool, reason: str, refused: bool = False) -> MailNotSent:
    if permanent and refused:
        sentence = f"The mail server refused {letter.to}. Check the address."
    elif permanent:
        sentence = "The mail server refused our e-mail. Tell whoever runs this service."
    else:
        sentence = "The e-mail could not be sent. Try again in a few minutes."
    return MailNotSent(sentence, permanent=permanent, reason=reason)


def _read_sender(sender: str) -> Address:
    try:
        return read_address(sender, with_name=True)
    except ValueError as invalid:
        raise MailSettingsInvalid(
            f"The sender of e-mails is not an address: {invalid} Write name@example.com "
            "or Name <name@example.com>."
        ) from None
