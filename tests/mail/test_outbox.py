"""The outbox keeps letters as they were written, newest first, and gives out nothing else."""

import stat
from pathlib import Path

import pytest

from app.mail.letters import Letter, write_letter
from app.mail.outbox import find_letter, list_letters
from app.mail.send import MailNotSent, OutboxMailer

SENDER = "Loom-Lite <mail@localhost>"
LINK = "https://app.example.com/in?token=a1&next=%2Fcampaigns"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var/outbox"


async def test_a_letter_comes_back_as_it_was_written(folder: Path) -> None:
    letter = Letter("zoe@exämple.com", "Grüße 世界", f"Hällo\n\n{LINK}.\n", "<p>Hällo</p>\n")
    await OutboxMailer(folder, SENDER).send(letter)
    [found] = list_letters(folder)
    assert found.to == "zoe@xn--exmple-cua.com"
    assert (found.subject, found.text, found.html) == (letter.subject, letter.text, letter.html)
    assert found.links == (LINK,)
    assert found.date.tzinfo is not None
    assert find_letter(folder, found.id) == found


async def test_letters_are_listed_newest_first(folder: Path) -> None:
    mailer = OutboxMailer(folder, SENDER)
    for number in range(5):
        await mailer.send(Letter("zoe@example.com", str(number), "text\n", "<p>html</p>\n"))
    assert [letter.subject for letter in list_letters(folder)] == list("43210")
    assert [letter.subject for letter in list_letters(folder, at_most=2)] == list("43")


async def test_the_links_of_a_real_letter_can_be_followed(folder: Path) -> None:
    letter = write_letter("sign_in_link", "zoe@example.com", link=LINK, minutes=15)
    await OutboxMailer(folder, SENDER).send(letter)
    assert list_letters(folder)[0].links == (LINK,)


async def test_only_the_owner_of_the_folder_can_read_letters(folder: Path) -> None:
    await OutboxMailer(folder, SENDER).send(Letter("zoe@example.com", "s", "t\n", "<p></p>\n"))
    [file] = folder.iterdir()  # one, so nothing unfinished lies about either
    assert file.suffix == ".eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_an_outbox_that_cannot_be_written_is_worth_another_try(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file in its place")
    with pytest.raises(MailNotSent) as told:
        await OutboxMailer(tmp_path / "outbox", SENDER).send(
            Letter("zoe@example.com", "s", "t\n", "<p></p>\n")
        )
    assert not told.value.permanent


def test_an_outbox_nobody_wrote_to_is_empty(folder: Path) -> None:
    assert list_letters(folder) == []
    assert find_letter(folder, "20261103T090500-000000-00000000") is None


@pytest.mark.parametrize(
    "letter_id",
    ["../secret", "..%2Fsecret", "/etc/passwd", "", ".", "..", "a/b", "a.b", "a\n", "é"],
)
def test_an_id_that_is_a_path_finds_nothing(folder: Path, letter_id: str) -> None:
    folder.mkdir(parents=True)
    (folder.parent / "secret.eml").write_text("Subject: secret\n\nsecret")
    (folder / "a.b.eml").write_text("Subject: secret\n\nsecret")
    (folder / "a\n.eml").write_text("Subject: secret\n\nsecret")
    assert find_letter(folder, letter_id) is None


def test_a_file_that_is_no_letter_of_ours_does_no_harm(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "empty.eml").write_bytes(b"")
    (folder / "odd.eml").write_bytes(b"Subject: \xff\xfe\nDate: soon\nTo: @@\n\n\xff")
    (folder / "unfinished.part").write_bytes(b"Subject: half")
    (folder / "nowhere.eml").write_bytes(b"Date: Tue, 3 Nov 2026 09:05:00 -0000\n\n")
    assert {letter.id for letter in list_letters(folder)} == {"empty", "odd", "nowhere"}
    assert all(letter.date.tzinfo for letter in list_letters(folder))
