"""What a setting's text may be: each reader returns the value, or says what was expected.

The ValueError's text completes the sentence "... is X, expected", and never holds X: it may be
a secret.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

import msgspec

from schemas.locks import LockSign

#: Bearer tokens, each with the only tenant that it speaks for, or None.
Grants = tuple[tuple[str | None, str], ...]
#: Addresses of e-mail, each with the only tenant whose digest goes there, or None.
Recipients = tuple[tuple[str | None, str], ...]

FERNET_KEY_BYTES = 32
LARGEST_PORT = 65_535
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
BEGINNING = re.compile(r"[A-Za-z0-9._-]{1,64}")
TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,512}")
HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")
#: As mail servers everywhere take it; what else a standard allows is in nobody's address.  Readers
#: take what stands behind `=?` for a word in another character set.
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS_OF_MAIL = re.compile(
    rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@)(?!.*=\?){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*"
)
#: Where one client takes it for the end of the host, another goes on: `http://a\@b`.
AMBIGUOUS = re.compile(r"[\\\s\x00-\x1f\x7f]")
ADDRESS = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):(\d{1,5})")


def slug(given: str) -> str:
    """Take a name that is safe in file names, metrics and Kafka."""
    if not NAME.fullmatch(given):
        raise ValueError("1 to 64 letters, digits, - or _, beginning with a letter or digit")
    return given


def beginning(given: str) -> str:
    """Take what may stand before a name of Kafka's."""
    if not BEGINNING.fullmatch(given):
        raise ValueError("at most 64 letters, digits, ., _ or -")
    return given


def brokers(given: str) -> str:
    """Take host:port addresses, separated by commas."""
    for address in given.split(","):
        match = ADDRESS.fullmatch(address.strip())
        if match is None or not 1 <= int(match[1]) <= LARGEST_PORT:
            raise ValueError("host:port, several separated by commas")
    return ",".join(address.strip() for address in given.split(","))


def extensions(given: str) -> tuple[tuple[str, str], ...]:
    """Take name=value pairs, separated by commas."""
    pairs = tuple(each.strip().partition("=") for each in given.split(","))
    if not all(re.fullmatch("[A-Za-z]+", name) and value for name, _, value in pairs):
        raise ValueError("name=value, several separated by commas, each name of letters alone")
    return tuple((name, value) for name, _, value in pairs)


def url(*schemes: str) -> Callable[[str], str]:
    """Take a URL of one of these schemes; a slash at its end is dropped unless it is a file's."""

    def read(given: str) -> str:
        is_file = given.startswith("sqlite:")
        try:
            parts = urlsplit(given)
            fine = parts.scheme in schemes and (is_file or _is_clear(given, parts))
        except ValueError:
            fine = False
        if not fine:
            raise ValueError(f"a URL that begins with {' or '.join(f'{s}://' for s in schemes)}")
        return given if is_file else given.rstrip("/")

    return read


def _is_clear(given: str, parts: SplitResult) -> bool:
    if not parts.scheme.startswith("http"):
        return bool(parts.hostname)
    # A port or a name that no client takes is a ValueError here, and would be one at each call.
    name = (parts.hostname or "").encode("idna")
    return bool(name) and parts.port != 0 and not AMBIGUOUS.search(given)


def hosts(given: str) -> tuple[str, ...]:
    """Take names or numbers of hosts, separated by commas."""
    named = tuple(each.strip().lower() for each in given.split(","))
    if not all(HOST.fullmatch(each) for each in named):
        raise ValueError("names of hosts without a port, several separated by commas")
    return named


def host(given: str) -> str:
    """Take one name or number of a host."""
    named = given.strip().lower()
    if not HOST.fullmatch(named):
        raise ValueError("the name of a host without a port")
    return named


def address(given: str) -> str:
    """Take an address of e-mail, without a name beside it."""
    if not ADDRESS_OF_MAIL.fullmatch(given):
        raise ValueError("an address of e-mail like accounts@example.com, without a name")
    return given


def recipients(given: str) -> Recipients:
    """Take addresses of e-mail, separated by commas, each after its tenant and a colon or alone."""
    return tuple(_recipient(each.strip()) for each in given.split(","))


def _recipient(given: str) -> tuple[str | None, str]:
    tenant, bound, mail = given.rpartition(":")
    if not ADDRESS_OF_MAIL.fullmatch(mail) or (bound and not NAME.fullmatch(tenant)):
        raise ValueError(
            "ADDRESS or tenant:ADDRESS, several separated by commas, each like "
            "accounts@example.com, without a name"
        )
    return (tenant or None), mail


def spoken_to_openly(address: str, allowed: tuple[str, ...] = ()) -> str | None:
    """Return the host that a URL would have spoken to without TLS; None on the loopback."""
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    if parts.scheme != "http" or host in allowed:
        return None
    return beyond_loopback(host)


def beyond_loopback(host: str) -> str | None:
    """Return a host that others may listen to what is said to; None for the loopback, or none."""
    if host in {"", "localhost"}:
        return None
    try:
        return None if ipaddress.ip_address(host).is_loopback else host
    except ValueError:
        return host


def unread(host: str) -> str:
    """Return why this host is spoken to by TLS alone, to end a sentence."""
    return f"{host} is not the loopback, and beyond it others read what is said"


def openly(host: str) -> str:
    """Return why a URL that names this host by http:// is refused, to end a sentence."""
    return (
        f"names {host} by http://, expected https://: beyond the loopback others read what is said "
        "(where none can, name the host in ISTHMUS_PLAIN_HTTP_HOSTS)"
    )


def intuits_environment(address: str) -> str | None:
    """Return which of Intuit's two worlds an address of Intuit's is in; None elsewhere."""
    parts = urlsplit(address)
    if not (parts.hostname or "").endswith(".intuit.com"):
        return None
    return "sandbox" if "sandbox" in f"{parts.hostname}{parts.path}" else "production"


def fernet_keys(given: str) -> tuple[str, ...]:
    """Take keys as cryptography.fernet makes them, separated by commas or white space."""
    keys = tuple(re.split(r"[\s,]+", given.strip(", \t\r\n")))
    if not all(_is_fernet_key(key) for key in keys):
        raise ValueError(
            "Fernet keys, each 32 bytes in URL-safe base64 (44 characters), separated by commas"
        )
    return keys


def _is_fernet_key(given: str) -> bool:
    try:
        return len(base64.b64decode(given, altchars=b"-_", validate=True)) == FERNET_KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def lock_signs(given: str) -> tuple[LockSign, ...]:
    """Take a table of answers that count as a lock; leading zeros of codes do not matter."""
    shape = 'a JSON list like [{"code": "6000", "text": "locked"}]'
    try:
        signs = msgspec.json.decode(given, type=tuple[LockSign, ...])
    except (msgspec.MsgspecError, RecursionError) as fault:
        raise ValueError(f"{shape} ({fault})") from fault
    for place, sign in enumerate(signs):
        if not re.fullmatch(r"\d*", sign.code):
            raise ValueError(f"{shape} (a code is digits - at `$[{place}].code`)")
        if not sign.code.lstrip("0") and not sign.text.strip():
            raise ValueError(f"{shape} (with neither, every answer is a lock - at `$[{place}]`)")
    return tuple(LockSign(code=s.code.lstrip("0"), text=s.text.strip()) for s in signs)


def grants(given: str) -> Grants:
    """Take bearer tokens, separated by commas, each after its tenant and a colon or alone."""
    return tuple(_grant(each.strip()) for each in given.split(","))


def _grant(given: str) -> tuple[str | None, str]:
    tenant, bound, token = given.rpartition(":")
    if not TOKEN.fullmatch(token) or (bound and not NAME.fullmatch(tenant)):
        raise ValueError(
            "TOKEN or tenant:TOKEN, several separated by commas, each token 16 to 512 of the "
            "characters A-Z a-z 0-9 . _ ~ + / = - (`openssl rand -hex 32` makes one)"
        )
    return (tenant or None), token
