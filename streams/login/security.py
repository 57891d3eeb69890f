"""How does a client of ours come in at a Kafka that asks who it is?

By TLS, a certificate of its own, a password or a token, as whoever runs that Kafka wants it.  Files
are read when a client is made, a token's at each login; what is secret is in no repr.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from streams.login.tokens import FileToken, TokenProvider

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]

PROTOCOLS: tuple[str, ...] = get_args(Protocol)
MECHANISMS: tuple[str, ...] = get_args(Mechanism)[1:]
OAUTH = "OAUTHBEARER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """What a Kafka asks of its clients; an empty text is not set.  By default it asks nothing."""

    security_protocol: Protocol = "PLAINTEXT"
    sasl_mechanism: Mechanism = ""
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    certificate_file: str = ""
    key_file: str = ""
    key_password: str = field(default="", repr=False)
    oauth_token_file: str = ""
    oauth_url: str = ""
    oauth_client_id: str = ""
    oauth_client_secret: str = field(default="", repr=False)
    oauth_scope: str = ""
    oauth_extensions: tuple[tuple[str, str], ...] = ()

    @property
    def by_tls(self) -> bool:
        """Whether the connection is encrypted, and the broker shows a certificate."""
        return self.security_protocol in {"SSL", "SASL_SSL"}

    @property
    def by_login(self) -> bool:
        """Whether a client says who it is by SASL."""
        return self.security_protocol.startswith("SASL_")

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Return what aiokafka's clients take for all this."""
        told: dict[str, Any] = {"security_protocol": self.security_protocol}
        if self.by_tls:
            told["ssl_context"] = self.tls()
        if self.by_login:
            told["sasl_mechanism"] = self.sasl_mechanism
            if self.sasl_mechanism == OAUTH:
                told["sasl_oauth_token_provider"] = self.tokens()
            else:
                told["sasl_plain_username"] = self.username
                told["sasl_plain_password"] = self.password
        return told

    def tls(self) -> ssl.SSLContext:
        """Return what certificates we trust and show; OSError when a file is not what it must be.

        Without a file of authorities those of this machine count.
        """
        context = ssl.create_default_context(cafile=self.ca_file or None)
        if self.certificate_file:
            # Without a password OpenSSL would ask at the terminal, and a service would stand still.
            context.load_cert_chain(
                self.certificate_file, self.key_file or None, lambda: self.key_password
            )
        return context

    def tokens(self) -> TokenProvider:
        """Return where the tokens of OAUTHBEARER come from."""
        extensions = dict(self.oauth_extensions)
        if self.oauth_token_file:
            return FileToken(self.oauth_token_file, extensions)
        # A client of HTTP, which nobody needs who logs in otherwise: a tenth of a second.
        from streams.login.endpoint_token import EndpointToken  # noqa: PLC0415

        return EndpointToken(
            url=self.oauth_url,
            client_id=self.oauth_client_id,
            client_secret=self.oauth_client_secret,
            scope=self.oauth_scope,
            extensions=extensions,
        )
