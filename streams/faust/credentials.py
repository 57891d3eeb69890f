"""What does Faust take for what the rest of the house gives aiokafka's clients itself?"""

from faust.auth import Credentials, OAuthCredentials, SASLCredentials, SSLCredentials

from streams.login.security import OAUTH, Security


def credentials(of: Security) -> Credentials | None:
    """Return what Faust's consumer and producer log in by; None where nobody is asked."""
    tls = of.tls() if of.by_tls else None
    if not of.by_login:
        return None if tls is None else SSLCredentials(tls)
    if of.sasl_mechanism == OAUTH:
        return OAuthCredentials(oauth_cb=of.tokens(), ssl_context=tls)
    return SASLCredentials(
        username=of.username,
        password=of.password,
        ssl_context=tls,
        mechanism=of.sasl_mechanism,
    )
