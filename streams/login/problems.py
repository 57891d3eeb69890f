"""What does not fit among the settings of a login?

A password that nothing uses is a fault too: whoever set it believes that it protects something.
"""

import ssl
from collections.abc import Callable, Iterator

from streams.login.security import MECHANISMS, OAUTH, Security

#: What only a connection by TLS uses, and what only a login.
OF_TLS = ("ca_file", "certificate_file", "key_file", "key_password")
OF_PASSWORDS = ("username", "password")
OF_TOKENS = (
    "oauth_token_file",
    "oauth_url",
    "oauth_client_id",
    "oauth_client_secret",
    "oauth_scope",
    "oauth_extensions",
)
OF_LOGINS = ("sasl_mechanism", *OF_PASSWORDS, *OF_TOKENS)


def problems(of: Security, variable: Callable[[str], str]) -> Iterator[str]:
    """Yield a sentence, remedy included, for all that does not fit; `variable` names a setting."""
    protocol = f"{variable('security_protocol')} is {of.security_protocol}"
    if not of.by_tls:
        yield from _idle(of, OF_TLS, f"{protocol}, which is without TLS", variable)
    elif wrong := _files(of, variable):
        yield wrong
    if not of.by_login:
        yield from _idle(of, OF_LOGINS, f"{protocol}, which is without a login", variable)
    else:
        yield from _login(of, protocol, variable)


def _idle(
    of: Security, names: tuple[str, ...], why: str, variable: Callable[[str], str]
) -> Iterator[str]:
    for name in names:
        if getattr(of, name):
            yield f"{variable(name)} is set, but {why}: unset it, or choose another"


def _files(of: Security, variable: Callable[[str], str]) -> str | None:
    if of.key_file and not of.certificate_file:
        return f"{variable('certificate_file')} is not set, but {variable('key_file')} is; set both"
    try:
        ssl.create_default_context(cafile=of.ca_file or None)
    except OSError:
        return f"{variable('ca_file')} is {of.ca_file!r}, expected a file of PEM certificates"
    try:
        of.tls()
    except OSError:
        where = of.key_file or of.certificate_file
        return (
            f"{variable('certificate_file')} is {of.certificate_file!r} with the key in {where!r}, "
            f"expected PEM files of which one is the other's; {variable('key_password')} opens "
            "the key"
        )
    return None


def _login(of: Security, protocol: str, variable: Callable[[str], str]) -> Iterator[str]:
    how = f"{variable('sasl_mechanism')} is {of.sasl_mechanism}"
    if not of.sasl_mechanism:
        ways = ", ".join(MECHANISMS)
        yield f"{variable('sasl_mechanism')} is not set, but {protocol}; set one of {ways}"
    elif of.sasl_mechanism == OAUTH:
        yield from _idle(of, OF_PASSWORDS, f"{how}, which wants a token", variable)
        yield from _source(of, how, variable)
    else:
        yield from _idle(of, OF_TOKENS, f"{how}, which wants a password", variable)
        yield from _missing(of, OF_PASSWORDS, how, variable)


def _source(of: Security, how: str, variable: Callable[[str], str]) -> Iterator[str]:
    if of.oauth_token_file:
        idle = ("oauth_url", "oauth_client_id", "oauth_client_secret", "oauth_scope")
        yield from _idle(of, idle, f"{variable('oauth_token_file')} is too", variable)
    elif not of.oauth_url:
        ways = f"{variable('oauth_token_file')} or {variable('oauth_url')}"
        yield f"{ways} is not set, but {how}; set one of them"
    else:
        wanted = ("oauth_client_id", "oauth_client_secret")
        yield from _missing(of, wanted, f"{variable('oauth_url')} is", variable)


def _missing(
    of: Security, names: tuple[str, ...], why: str, variable: Callable[[str], str]
) -> Iterator[str]:
    for name in names:
        if not getattr(of, name):
            yield f"{variable(name)} is not set, but {why}; set it"
