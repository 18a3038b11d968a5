"""Every letter is whole, says the same in text and HTML, and lets nobody write its headers."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from jinja2 import UndefinedError

from app.mail.addresses import read_address
from app.mail.letters import LETTER_NAMES, Letter, LetterName, Value, write_letter
from app.mail.messages import write_message

LINK = "https://app.example.com/in?token=a1&next=%2Fcampaigns"
TIME = datetime(2026, 11, 3, 9, 5, tzinfo=UTC)
EXAMPLES: dict[LetterName, dict[str, Value]] = {
    "sign_in_link": {"link": LINK, "minutes": 15},
    "reset_password": {"link": LINK, "minutes": 15},
    "password_changed": {"link": LINK, "time": TIME},
    "invitation": {
        "workspace_name": "Acme",
        "inviter_name": "Alice Example",
        "role": "admin",
        "link": LINK,
        "days": 7,
    },
    "confirm_email": {"link": LINK, "minutes": 15, "former_email": "alice@old.example.com"},
    "email_changed": {"email": "alice@new.example.com", "time": TIME},
    "email_in_use": {"link": LINK},
    "sign_in_notice": {"link": LINK, "device": "Firefox on Linux", "time": TIME},
    "workspace_deleted": {"workspace_name": "Acme"},
    "ownership_transferred": {
        "workspace_name": "Acme",
        "previous_owner_name": "Alice Example",
        "new_owner_name": "Bob Example",
        "link": LINK,
    },
    "plan_room": {
        "headline": "Your plan has no room for more videos until 3 December",
        "said": "10 of 10 videos of this period are used. 60 videos wait and go on by themselves.",
        "offer": "Starter has 150 videos and 150 minutes a month, for $29 a month.",
        "workspace_name": "Acme",
        "step": "See your plan",
        "link": LINK,
    },
    "videos_going": {
        "headline": "40 videos go from 17 December 2026 on",
        "going": [
            {"day": "17 December 2026", "told": "12 videos of “Oslo founders, May”"},
            {"day": "19 December 2026", "told": "28 videos of “Berlin agencies”"},
        ],
        "offer": "Starter has videos kept for 180 days, for $29 a month.",
        "workspace_name": "Acme",
        "link": LINK,
    },
    "domain_plan_ending": {
        "host": "videos.acmecorp.com",
        "ends_at": TIME,
        "offer": "Growth has a domain of your own, for $99 a month.",
        "workspace_name": "Acme",
        "home": "acme.loomlite.example.com",
        "link": LINK,
    },
    "domain_plan_ended": {
        "host": "videos.acmecorp.com",
        "offer": "Growth has a domain of your own, for $99 a month.",
        "workspace_name": "Acme",
        "home": "acme.loomlite.example.com",
        "link": LINK,
    },
    "billing_news": {
        "headline": "Your payment failed",
        "lines": [
            {"text": "The payment for Growth failed. It is tried again on 3 December 2026."},
            {"text": "Everything works until 10 December 2026, whatever comes of it."},
        ],
        "workspace_name": "Acme",
        "step": "Pay the invoice",
        "link": LINK,
        "page": "https://acme.example.com/billing",
    },
    "render_batch_ended": {
        "headline": "98 of 100 videos of “Oslo founders, May” are ready",
        "counts": "98 are ready and 2 failed.",
        "faults": [
            {
                "why": "The page asked for a sign-in.",
                "who": "Ada Lindgren and Mateo Rivera",
                "fix": "Use a page that is open to everybody.",
                "link": LINK + "&fault=login_wall",
            }
        ],
        "workspace_name": "Acme",
        "step": "See what failed",
        "link": LINK,
        "settings_link": "https://acme.example.com/settings/notifications",
    },
    "views": {
        "headline": "2 leads opened their pages, 1 booked a meeting",
        "leads": [
            {
                "who": "Ada Lindgren",
                "did": "booked a meeting",
                "campaign": "Oslo founders, May",
                "link": LINK + "&video=1",
            },
            {
                "who": "Mateo Rivera",
                "did": "opened the page",
                "campaign": "Oslo founders, May",
                "link": LINK + "&video=2",
            },
        ],
        "more": 3,
        "workspace_name": "Acme",
        "link": LINK,
        "settings_link": "https://acme.example.com/settings/notifications",
    },
    "weekly_summary": {
        "week": "16 November",
        "counts": "12 visits, 9 played, 4 watched to the end, 1 meeting booked.",
        "campaigns": [
            {
                "name": "Oslo founders, May",
                "told": "12 visits, 9 played, 4 watched to the end, 1 meeting booked.",
                "link": LINK + "&campaign=1",
            }
        ],
        "workspace_name": "Acme",
        "link": LINK,
        "settings_link": "https://acme.example.com/settings/notifications",
    },
    "domain_failing": {
        "host": "videos.acmecorp.com",
        "problem": "videos.acmecorp.com leads nowhere.",
        "ends_at": TIME,
        "workspace_name": "Acme",
        "home": "acme.example.com",
        "link": LINK,
    },
    "domain_withdrawn": {
        "host": "videos.acmecorp.com",
        "problem": "videos.acmecorp.com leads nowhere.",
        "days": 7,
        "workspace_name": "Acme",
        "home": "acme.example.com",
        "link": LINK,
    },
}
SENDER = read_address("Loom-Lite <mail@bücher.example>", with_name=True)


def visible(html: str) -> str:
    body = html.split("<body", 1)[1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def _said(value: Value) -> list[str]:
    if isinstance(value, list):
        return [text for row in value for text in row.values()]
    return ["3 November 2026" if isinstance(value, datetime) else str(value)]


def _linked(html: str) -> str:
    return " ".join(map(unescape, re.findall(r'href="([^"]+)"', html)))


@pytest.mark.parametrize("name", LETTER_NAMES)
def test_every_letter_says_the_same_in_text_and_html(name: LetterName) -> None:
    letter = write_letter(name, "zoe@example.com", **EXAMPLES[name])
    assert letter.to == "zoe@example.com"
    assert "{" not in letter.subject + letter.text
    for value in EXAMPLES[name].values():
        for said in _said(value):
            assert said in letter.text
            assert said in _linked(letter.html) + visible(letter.html) + letter.subject
    has_link = "link" in EXAMPLES[name]
    assert letter.html.count(f'href="{LINK.replace("&", "&amp;")}"') == (2 if has_link else 0)


@pytest.mark.parametrize("name", LETTER_NAMES)
def test_every_letter_needs_all_of_its_context(name: LetterName) -> None:
    for missing in EXAMPLES[name]:
        context = {key: value for key, value in EXAMPLES[name].items() if key != missing}
        with pytest.raises(UndefinedError, match=missing):
            write_letter(name, "zoe@example.com", **context)


def test_numbers_and_roles_are_right_in_words() -> None:
    one = write_letter("sign_in_link", "zoe@example.com", link=LINK, minutes=1)
    assert "1 minute." in one.text
    assert "1 minute." in one.html
    invited = EXAMPLES["invitation"] | {"role": "member", "days": 1}
    assert "as a member" in write_letter("invitation", "zoe@example.com", **invited).text
    assert "for 1 day." in write_letter("invitation", "zoe@example.com", **invited).html


def test_times_and_numbers_may_come_as_text_out_of_a_queue() -> None:
    one = write_letter("sign_in_link", "zoe@example.com", link=LINK, minutes="1")
    assert "1 minute." in one.text
    changed = {"link": LINK, "time": TIME.isoformat()}
    written = write_letter("password_changed", "zoe@example.com", **changed)
    assert "on 3 November 2026, 09:05 UTC" in written.text
    for time in ("soon", "2026-11-03T09:05:00"):
        with pytest.raises(ValueError, match=r"isoformat|zone"):
            write_letter("password_changed", "zoe@example.com", link=LINK, time=time)


def test_the_app_can_have_another_name() -> None:
    letter = write_letter(
        "sign_in_link", "zoe@example.com", link=LINK, minutes=15, app_name="Reels & Co"
    )
    assert letter.subject == "Your sign-in link for Reels & Co"
    assert "Sign in to Reels &amp; Co" in letter.html


def test_what_strangers_write_stays_one_line_of_text() -> None:
    hostile = EXAMPLES["invitation"] | {
        "workspace_name": "Acme\r\nBcc: all@example.com\u2028\x00<script>alert(1)</script>",
        "inviter_name": "👩\u200d🚀 Zoë",
    }
    letter = write_letter("invitation", "zoe@example.com", **hostile)
    assert letter.subject == (
        "👩\u200d🚀 Zoë invites you to Acme Bcc: all@example.com <script>alert(1)</script>"
    )
    assert "<script" not in letter.html
    assert write_message(letter, SENDER)["Bcc"] is None


@pytest.mark.parametrize("subject", ["a\nBcc: b@c.de", "a\rb", "a\u2028b", "a\x00", " ", ""])
def test_a_subject_that_is_no_line_is_refused(subject: str) -> None:
    with pytest.raises(ValueError, match="one line"):
        Letter("zoe@example.com", subject, "text", "<p>html</p>")


@pytest.mark.parametrize(
    "to",
    ["a@b.de\nBcc: c@d.de", "a@b.de\r", "a@b.de, c@d.de", "A <a@b.de>", "a", "", "a@", "@b.de"],
)
def test_an_address_that_is_not_exactly_one_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match=r"address|@-sign"):
        Letter(to, "subject", "text", "<p>html</p>")


def test_a_message_carries_text_and_html_and_says_who_wrote_it() -> None:
    letter = write_letter("sign_in_link", "Zoe@EXÄMPLE.com", **EXAMPLES["sign_in_link"])
    message = write_message(letter, SENDER)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["To"] == "Zoe@xn--exmple-cua.com"
    assert message["From"] == "Loom-Lite <mail@xn--bcher-kva.example>"
    assert message["Message-ID"].strip("<>").endswith("@xn--bcher-kva.example")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime.tzinfo is not None
    assert message["List-Unsubscribe"] is None


def test_a_message_is_seven_bits_wide_unless_the_address_itself_is_not() -> None:
    letter = Letter("zoe@straße.de", "Grüße, 世界 " * 12, "Grüße " * 300, "<p>世界</p>")
    content = write_message(letter, SENDER).as_bytes()
    assert content.isascii()
    assert b"To: zoe@xn--strae-oqa.de\r\n" in content
    assert max(map(len, content.split(b"\r\n"))) <= 78
    wide = Letter("zoë@example.com", "Hi", "text", "<p>html</p>")
    assert "To: zoë@example.com\r\n".encode() in write_message(wide, SENDER).as_bytes()
