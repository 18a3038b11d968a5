"""Handing letters to a real mail server: encrypted, signed in, refused, and gone."""

import socket
import ssl
from email import message_from_bytes
from email.policy import SMTPUTF8
from pathlib import Path

import pytest

from app.mail.letters import Letter
from app.mail.send import MailNotSent, SmtpMailer
from tests.mail.smtp_server import HOST, MailServer, make_certificate, serving

LETTER = Letter("zoe@exämple.com", "Grüße an Zoë", "Hällo\n", "<p>Hällo</p>\n")
SENDER = "Loom-Lite <mail@app.example>"


def mailer(server: MailServer, rest: str = "", trust: ssl.SSLContext | None = None) -> SmtpMailer:
    return SmtpMailer(f"smtp://{HOST}:{server.port}{rest}", SENDER, tls_context=trust)


async def not_sent(mailer: SmtpMailer, letter: Letter = LETTER) -> MailNotSent:
    with pytest.raises(MailNotSent) as told:
        await mailer.send(letter)
    return told.value


async def test_a_letter_arrives_whole_with_its_envelope() -> None:
    async with serving() as server:
        await mailer(server).send(LETTER)
    [envelope] = server.letters
    assert envelope.mail_from == "mail@app.example"
    assert envelope.rcpt_tos == ["zoe@xn--exmple-cua.com"]
    assert server.greeted_as == ["app.example"]
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content, policy=SMTPUTF8)
    assert message["Subject"] == "Grüße an Zoë"
    text, html = message.iter_parts()
    assert text.get_content().splitlines() == ["Hällo"]
    assert html.get_content().splitlines() == ["<p>Hällo</p>"]


async def test_starttls_is_used_where_it_is_offered(tmp_path: Path) -> None:
    offers, trusts = make_certificate(tmp_path)
    async with serving(tls_context=offers) as server:
        await mailer(server, trust=trusts).send(LETTER)
        await mailer(server, "?tls=none", trust=trusts).send(LETTER)
    assert server.were_encrypted == [True, False]


async def test_smtps_is_encrypted_from_the_start(tmp_path: Path) -> None:
    offers, trusts = make_certificate(tmp_path)
    async with serving(wrapped=offers) as server:
        await SmtpMailer(f"smtps://{HOST}:{server.port}", SENDER, tls_context=trusts).send(LETTER)
    assert len(server.letters) == 1


async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    offers, _ = make_certificate(tmp_path)
    async with serving(tls_context=offers) as server:
        failed = await not_sent(mailer(server))
    assert "CERTIFICATE_VERIFY_FAILED" in failed.reason
    assert not failed.permanent
    assert not server.letters


async def test_required_tls_is_never_gone_without() -> None:
    async with serving() as server:
        failed = await not_sent(mailer(server, "?tls=required"))
    assert failed.permanent
    assert "STARTTLS" in failed.reason
    assert not server.letters


async def test_a_password_is_never_said_in_the_open() -> None:
    async with serving(auth_require_tls=False) as server:
        failed = await not_sent(SmtpMailer(f"smtp://me:se%2Fcret@{HOST}:{server.port}", SENDER))
    assert "STARTTLS" in failed.reason
    assert not server.sign_ins


async def test_the_mailer_signs_in_with_user_and_password(tmp_path: Path) -> None:
    offers, trusts = make_certificate(tmp_path)
    async with serving(tls_context=offers) as server:
        url = f"smtp://me%40x.de:se%2Fcret@{HOST}:{server.port}"
        await SmtpMailer(url, SENDER, tls_context=trusts).send(LETTER)
    assert server.sign_ins == [("me@x.de", "se/cret")]
    assert server.were_encrypted == [True]


async def test_a_wrong_password_is_permanent_and_is_not_told(tmp_path: Path) -> None:
    offers, trusts = make_certificate(tmp_path)
    async with serving(tls_context=offers) as server:
        url = f"smtp://me:hunter2@{HOST}:{server.port}"
        failed = await not_sent(SmtpMailer(url, SENDER, tls_context=trusts))
    assert failed.permanent, failed.reason
    assert "hunter2" not in str(failed) + failed.reason
    assert str(failed) == "The mail server refused our e-mail. Tell whoever runs this service."


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
@pytest.mark.parametrize(("code", "permanent"), [("550", True), ("450", False)])
async def test_the_servers_refusal_says_whether_another_try_helps(
    command: str, code: str, permanent: bool
) -> None:
    async with serving() as server:
        server.answers[command] = f"{code} not today"
        failed = await not_sent(mailer(server))
    assert failed.permanent is permanent
    assert failed.reason.startswith(code)
    assert ("Check the address" in str(failed)) is (permanent and command == "RCPT")


async def test_a_server_that_is_gone_is_worth_another_try() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))  # bound and not listening: whoever connects is turned away
        failed = await not_sent(mailer(MailServer(port=taken.getsockname()[1])))
    assert not failed.permanent
    assert str(failed) == "The e-mail could not be sent. Try again in a few minutes."


async def test_a_server_that_hangs_up_on_the_letter_is_worth_another_try() -> None:
    async with serving() as server:
        server.hang_up.add("DATA")
        failed = await not_sent(mailer(server))
    assert not failed.permanent


async def test_a_letter_once_accepted_counts_as_sent_whatever_follows() -> None:
    async with serving() as server:
        server.hang_up.add("QUIT")
        await mailer(server).send(LETTER)
    assert len(server.letters) == 1


async def test_an_address_outside_ascii_needs_a_server_that_takes_it() -> None:
    wide = Letter("zoë@example.com", "Hi", "text\n", "<p>html</p>\n")
    async with serving() as server:
        await mailer(server).send(wide)
    assert server.letters[0].rcpt_tos == ["zoë@example.com"]
    async with serving(enable_SMTPUTF8=False) as server:
        failed = await not_sent(mailer(server), wide)
    assert failed.permanent
    assert not server.letters
