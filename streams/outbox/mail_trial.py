"""Would the mail server take what we hand in?  It is spoken to, logged in at, and told no mail."""

import asyncio
from dataclasses import dataclass

from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPNotSupported
from aiosmtplib import SMTPResponseException as Answer

from streams.outbox.mail import MailServer, UnfitError, client_of, part, why_not

#: Greeting, TLS and login together: a server that takes longer is said not to answer.
SECONDS = 10.0
TLS_FROM_THE_FIRST_BYTE = 465


@dataclass(frozen=True, slots=True)
class Trial:
    """Why it would not, to end a sentence, and what helps; both blank where it would."""

    why: str = ""
    helps: str = ""


async def tried(server: MailServer) -> Trial:
    """Connect, by TLS where it is set so, log in where there is a login, and say goodbye."""
    try:
        client = client_of(server)
        transport = None
        try:
            async with asyncio.timeout(SECONDS):
                await client.connect()
                transport = client.transport
                await client.ehlo()
            await part(client)
        finally:
            if transport is not None:
                getattr(transport, "abort", transport.close)()
                await asyncio.sleep(0)
    except UnfitError as fault:
        return Trial(str(fault), "name a PEM file of certificates there, or none")
    except (SMTPException, OSError, TimeoutError, ValueError) as fault:
        return Trial(why_not(fault, server).words, _helps(fault, server))
    return Trial()


def _helps(fault: Exception, server: MailServer) -> str:
    if isinstance(fault, SMTPAuthenticationError):
        return "correct ISTHMUS_SMTP_USERNAME and ISTHMUS_SMTP_PASSWORD"
    if isinstance(fault, SMTPNotSupported) or type(fault) is SMTPException:
        return "correct ISTHMUS_SMTP_SECURITY and ISTHMUS_SMTP_PORT, or leave the login out"
    if isinstance(fault, Answer):
        return "ask whoever runs it whether this machine may hand mail in"
    if "by TLS" in why_not(fault, server).words:
        return "correct ISTHMUS_SMTP_HOST (the name in its certificate) or ISTHMUS_SMTP_CA_FILE"
    if server.security == "starttls" and server.port == TLS_FROM_THE_FIRST_BYTE:
        return "set ISTHMUS_SMTP_SECURITY to tls, which port 465 speaks from the first byte"
    return "correct ISTHMUS_SMTP_HOST, ISTHMUS_SMTP_PORT and ISTHMUS_SMTP_SECURITY, or let us out"
