"""A letter as the message that travels, text beside HTML; knows no server and no folder."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import make_msgid

from app.mail.addresses import read_address
from app.mail.letters import Letter


def write_message(letter: Letter, sender: Address) -> EmailMessage:
    """The message of `letter`, 7 bits wide but for a name before the @ that is not ASCII.

    Its Message-ID is of the sender's host. It has no List-Unsubscribe: each of these letters
    answers something a person did. Those that can be given up say where in their last line.
    """
    to = read_address(letter.to)
    # Encoded words are not allowed in an address, so such a name goes as it is (RFC 6532).
    wide = not (to.username + sender.username).isascii()
    message = EmailMessage(policy=SMTPUTF8 if wide else SMTP)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = letter.subject
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = make_msgid(domain=sender.domain)
    # Nobody's holiday notice is to answer us: RFC 3834, and Exchange's own word for it.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return message
