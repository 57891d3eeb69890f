"""How does an e-mail reach the mail server?  Over TLS, and to each address by its own answer.

A server that cannot turn to TLS is told nothing, neither the password nor the mail; only one on the
loopback may go without (`streams.settings` sees to that).
"""

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from streams.outbox.patience import NotTaken, Patience, handed_over, plain_words

#: All of one try: greeting, TLS, login, and what is said.
SECONDS = 30.0
#: Until it says goodbye, which nothing depends on any more.
GOODBYE_SECONDS = 1.0
#: From here on a refusal is for good (RFC 5321, 4.2.1).
FOR_GOOD = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in, and as whom; blank `username` where it wants no login."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    ca_file: str = ""
    username: str = ""
    password: str = field(default="", repr=False)


class UnfitError(Exception):
    """What is set here cannot be used, so that nobody was asked."""


async def send_mail(
    server: MailServer, message: EmailMessage, sender: str, to: Sequence[str], patience: Patience
) -> dict[str, str]:
    """Hand an e-mail in for these addresses; return of those that were not taken why.

    After a try whose answer got lost it may go twice; its Message-ID is the same.
    """

    async def once(left: Sequence[str]) -> Mapping[str, NotTaken]:
        try:
            return await _once(server, message, sender, left)
        except SMTPRecipientsRefused as all_of_them:
            return {each.recipient: _answered(each, server) for each in all_of_them.recipients}
        except UnfitError as fault:
            return dict.fromkeys(left, NotTaken(str(fault), False))
        except (SMTPException, OSError, TimeoutError, ValueError) as fault:
            return dict.fromkeys(left, why_not(fault, server))

    return await handed_over(to, once, patience)


async def _once(
    server: MailServer, message: EmailMessage, sender: str, to: Sequence[str]
) -> Mapping[str, NotTaken]:
    client, transport = client_of(server), None
    try:
        async with asyncio.timeout(SECONDS):
            await client.connect()
            transport = client.transport
            refused, _ = await client.send_message(message, sender=sender, recipients=list(to))
        await part(client)
    finally:
        if transport is not None:
            # All is said: a command that ends now leaves no half-closed TLS behind.
            getattr(transport, "abort", transport.close)()
            await asyncio.sleep(0)
    return {each: _refused(answer.code, answer.message, server) for each, answer in refused.items()}


async def part(client: SMTP) -> None:
    """Say goodbye: the mail is taken, whatever becomes of that."""
    with suppress(SMTPException, OSError, TimeoutError, ValueError):
        async with asyncio.timeout(GOODBYE_SECONDS):
            await client.quit()


def client_of(server: MailServer) -> SMTP:
    """Return a client that connects, turns to TLS and logs in as it is set."""
    return SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=None if server.security == "none" else _trusting(server.ca_file),
        username=server.username or None,
        password=server.password or None,
        timeout=SECONDS,
    )


def _trusting(ca_file: str) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file or None)
    except OSError as fault:
        why = fault.reason if isinstance(fault, ssl.SSLError) else type(fault).__name__
        raise UnfitError(f"the file of ISTHMUS_SMTP_CA_FILE cannot be used ({why})") from fault
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def why_not(fault: Exception, server: MailServer) -> NotTaken:
    """Return why a try came to nothing; a server that is away may be back."""
    where = f"{server.host}:{server.port}"
    if isinstance(fault, SMTPNotSupported) or type(fault) is SMTPException:
        # No STARTTLS, no login.
        return NotTaken(f"{where} does not do what is asked: {plain_words(str(fault))}", False)
    if isinstance(fault, SMTPResponseException):
        return _answered(fault, server)
    if isinstance(cause := fault.__cause__ or fault, ssl.SSLError):
        return NotTaken(f"{where} does not show whom it is by TLS ({_reason(cause)})", False)
    if isinstance(fault, ValueError):
        return NotTaken(f"it cannot be written so: {plain_words(str(fault))}", False)
    return NotTaken(f"{where} does not answer ({type(fault).__name__})", True)


def _reason(fault: ssl.SSLError) -> str:
    return plain_words(getattr(fault, "verify_message", "") or fault.reason or type(fault).__name__)


def _answered(answer: SMTPResponseException, server: MailServer) -> NotTaken:
    return _refused(answer.code, answer.message, server)


def _refused(code: int, message: str, server: MailServer) -> NotTaken:
    words = f"the mail server says {code} {plain_words(_unsaid(message, server))}".rstrip()
    return NotTaken(words, code < FOR_GOOD)


def _unsaid(message: str, server: MailServer) -> str:
    """Return an answer without the password: a server may repeat a command that it refuses."""
    if server.password:
        user, password = server.username.encode(), server.password.encode()
        plain, alone = (b64encode(each) for each in (b"\0%b\0%b" % (user, password), password))
        for secret in (plain.decode(), alone.decode(), server.password):
            message = message.replace(secret, "...")
    return message
