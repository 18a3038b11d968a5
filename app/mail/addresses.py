"""Mail addresses as the wire wants them; asks no name server and knows no accounts."""

import re
from email.headerregistry import Address
from email.utils import parseaddr

from email_validator import EmailNotValidError, validate_email

_ASCII_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII | re.IGNORECASE)


def read_address(text: str, *, with_name: bool = False) -> Address:
    """The address in `text`, its domain in the ASCII form that every mail server understands.

    `with_name` allows `Name <address>`. A machine's own names, as in `me@localhost`, will do.
    Raises ValueError when it is none, line breaks and control characters included.
    """
    if not text.isprintable():
        raise ValueError("A mail address has no line breaks or control characters.")
    name, address = parseaddr(text) if with_name else ("", text)
    local, _, domain = address.rpartition("@")
    # The validator refuses hosts of the local network. Whether people may sign up with one is
    # for the form that asks them; here a sender's or an operator's own host is right.
    plain = _ASCII_HOST.fullmatch(domain)
    try:
        found = validate_email(
            f"{local}@example.com" if plain else address, check_deliverability=False
        )
    except EmailNotValidError as invalid:
        raise ValueError(str(invalid)) from None
    return Address(name, found.local_part, domain.lower() if plain else found.ascii_domain)
