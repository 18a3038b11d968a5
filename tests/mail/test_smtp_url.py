"""What SMTP_URL may say, and that its faults are told without the password."""

from pathlib import Path

import pytest

from app.mail.send import OutboxMailer, SmtpMailer, open_mailer
from app.mail.smtp_url import MailSettingsInvalid, SmtpServer, read_smtp_url

SENDER = "Loom-Lite <mail@example.com>"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", SmtpServer("mail.example.com", 587, "when offered")),
        ("smtp://localhost:25/", SmtpServer("localhost", 25, "when offered")),
        ("smtp://[::1]:25?tls=required", SmtpServer("::1", 25, "required")),
        ("smtps://mail.example.com", SmtpServer("mail.example.com", 465, "from the start")),
        ("smtp://me:s%2Fe%40c@h:2525", SmtpServer("h", 2525, "required", "me", "s/e@c")),
        ("smtp://me%40x.de:s@h?tls=none", SmtpServer("h", 587, "none", "me@x.de", "s")),
    ],
)
def test_a_url_names_host_port_and_whether_tls_is_needed(url: str, server: SmtpServer) -> None:
    assert read_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter2@mail.example.com",
        "me:hunter2@mail.example.com",
        "smtp://me:hunter2@",
        "smtp://me:hunter2@mail.example.com:0",
        "smtp://me:hunter2@mail.example.com:port",
        "smtp://me:hunter2@mail.example.com:99999",
        "smtp://me:hunter2@mail..example.com",
        "smtp://me:hunter2@[::1",
        "smtp://me:25/hunter2@mail.example.com",
        "smtp://me:25#hunter2@mail.example.com",
        "smtp://me:25?hunter2@mail.example.com",
        "smtp://me:hunter2@mail.example.com?tls=maybe",
        "smtp://me:hunter2@mail.example.com?tls=none&tls=required",
        "smtps://me:hunter2@mail.example.com?tls=none",
        "smtp://:hunter2@mail.example.com",
        "smtp://me@mail.example.com",
        "smtp://me:hunter2ß@mail.example.com",
        "smtp://me:hunter2@mail.example.com\n",
        "smtp://me:hunter2 @mail.example.com",
    ],
)
def test_a_faulty_url_is_told_by_the_settings_name_and_never_quoted(
    url: str, tmp_path: Path
) -> None:
    with pytest.raises(MailSettingsInvalid, match=r"^SMTP_URL cannot be used: ") as told:
        open_mailer(url, SENDER, tmp_path)
    assert "hunter2" not in str(told.value)
    assert told.value.__suppress_context__ or told.value.__context__ is None


def test_nothing_that_prints_a_server_prints_its_password() -> None:
    assert "hunter2" not in repr(read_smtp_url("smtp://me:hunter2@mail.example.com"))


def test_without_a_url_letters_go_to_the_outbox(tmp_path: Path) -> None:
    assert isinstance(open_mailer(None, SENDER, tmp_path), OutboxMailer)
    assert isinstance(open_mailer("", SENDER, tmp_path), OutboxMailer)
    assert isinstance(open_mailer("smtp://localhost", SENDER, tmp_path), SmtpMailer)


@pytest.mark.parametrize("sender", ["", "Loom-Lite", "a@b.de\nBcc: c@d.de", "a@b@c"])
def test_a_sender_that_is_no_address_is_told_at_start(sender: str, tmp_path: Path) -> None:
    for url in (None, "smtp://localhost"):
        with pytest.raises(MailSettingsInvalid, match="sender of e-mails"):
            open_mailer(url, sender, tmp_path)
