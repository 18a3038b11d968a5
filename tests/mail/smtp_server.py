"""A real mail server on this machine that keeps what it gets, and refuses whom it is told to."""

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"


@dataclass
class MailServer:
    """`answers` overrules the answer to a command; `hang_up` are commands it breaks off at."""

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    hang_up: set[str] = field(default_factory=set)
    letters: list[Envelope] = field(default_factory=list)
    were_encrypted: list[bool] = field(default_factory=list)
    sign_ins: list[tuple[str, str]] = field(default_factory=list)
    greeted_as: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answers.get("RCPT", "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self._hang_up_at("DATA", server)
        answer = self.answers.get("DATA", "250 OK")
        if answer.startswith("2"):
            self.letters.append(envelope)
            self.were_encrypted.append(session.ssl is not None)
            self.greeted_as.append(session.host_name or "")
        return answer

    async def handle_QUIT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self._hang_up_at("QUIT", server)
        return "221 Bye"

    def _hang_up_at(self, command: str, server: SMTP) -> None:
        if command in self.hang_up:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()

    def sign_in(self, *arguments: Any) -> AuthResult:
        given = arguments[-1]
        assert isinstance(given, LoginPassword)
        self.sign_ins.append((given.login.decode(), given.password.decode()))
        # Not handled: the server itself answers with 535.
        return AuthResult(success=given.password == b"se/cret", handled=False)


@asynccontextmanager
async def serving(
    *, wrapped: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[MailServer]:
    """`wrapped`: TLS from the first byte; `tls_context` among the options: STARTTLS."""
    kept = MailServer()
    options.setdefault("enable_SMTPUTF8", True)
    protocol = partial(SMTP, kept, hostname="mail.test", authenticator=kept.sign_in, **options)
    server = await asyncio.get_running_loop().create_server(protocol, HOST, 0, ssl=wrapped)
    kept.port = server.sockets[0].getsockname()[1]
    try:
        yield kept
    finally:
        server.close()
        await server.wait_closed()


def make_certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A certificate for this machine that signs itself: the server's side, and who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), False
        )
        .sign(key, hashes.SHA256())
    )
    pem = folder / "mail.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    offers = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    offers.load_cert_chain(pem)
    return offers, ssl.create_default_context(cafile=pem)
