"""A mail server of our own on the loopback, which takes, refuses and hangs up as it is told."""

import ssl
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from agents.lab.local import ports


class Postbox:
    """What came in, by whom; `answers` are told in the place of 250, for an address or for DATA."""

    def __init__(self):
        self.mails = []
        self.tried = []
        self.answers = {}
        self.logins = []
        self.was_tls = []
        #: Is called when somebody whose mail is taken says goodbye, before anybody answers that.
        self.parting = lambda: None

    def _answer(self, about):
        told = self.answers.get(about, [])
        return told.pop(0) if told else None

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        self.tried.append(address)
        if (told := self._answer(address)) is not None:
            return told
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802
        if (told := self._answer("DATA")) == "hang up":
            server.transport.abort()
            return "250 nobody hears it"
        if told is not None:
            return told
        mail = message_from_bytes(envelope.content, policy=default)
        self.mails.append((envelope.mail_from, list(envelope.rcpt_tos), mail))
        self.was_tls.append(server.transport.get_extra_info("sslcontext") is not None)
        return "250 taken"

    async def handle_QUIT(self, _server, _session, _envelope):  # noqa: N802
        self.parting()
        return "221 bye"

    def login(self, _server, _session, _envelope, _mechanism, given):
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=given.password == b"of-the-mail-server", handled=False)


@contextmanager
def mail_server(issued=None, *, tls="starttls", login=False):
    """Serve on a free port of the loopback; with a certificate that was issued, by TLS."""
    box = Postbox()
    context = None
    if issued is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(issued.certificate, issued.key)
    how = {}
    if tls == "starttls" and context is not None:
        how = {"tls_context": context, "require_starttls": True}
    if login:
        # From the first byte it is TLS, which aiosmtpd does not know of.
        by_starttls = tls == "starttls"
        how |= {"auth_required": by_starttls, "auth_require_tls": by_starttls}
        how["authenticator"] = box.login
    [box.port] = ports.free(1)
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=box.port,
        ssl_context=context if tls == "tls" else None,
        **how,
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
