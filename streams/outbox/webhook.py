"""How is something posted to an address of others?  Signed, over TLS, once or repeated by its id.

Who gets it makes the signature anew: `Isthmus-Signature: t=1767225600,v1=HEX`, where HEX is the
HMAC-SHA256 of `1767225600.` and the body by the secret that both know.
"""

import asyncio
import hashlib
import hmac
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from streams.outbox.patience import NotTaken, Patience, handed_over

#: A try in all, so that nobody who answers a byte a minute keeps us.
SECONDS = 15.0
#: Until a connection stands, TLS with it.
TRIAL_SECONDS = 10.0
#: Come again later, say these; and whatever is a server's own fault.
LATER = frozenset({408, 425, 429})
SERVERS_FAULT = 500


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that something is posted to, and what signs it; neither is ever shown.

    Each secret signs, so that one can be replaced while it is in use.
    """

    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


async def post(webhook: Webhook, body: bytes, key: str, patience: Patience) -> str | None:
    """Post a JSON document under this key; return why it was not taken, None once it is."""

    async def once(_left: Sequence[str]) -> Mapping[str, NotTaken]:
        why = await _once(webhook, body, key, int(patience.clock.now().timestamp()))
        return {} if why is None else {key: why}

    return (await handed_over((key,), once, patience)).get(key)


async def _once(webhook: Webhook, body: bytes, key: str, at: int) -> NotTaken | None:
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "Isthmus-Signature": ",".join([f"t={at}", *_signatures(webhook, body, at)]),
    }
    try:
        async with (
            asyncio.timeout(SECONDS),
            # Where others would lead us it does not go.
            httpx.AsyncClient(timeout=SECONDS, follow_redirects=False) as http,
            http.stream("POST", webhook.url, content=body, headers=headers) as answer,
        ):
            status = answer.status_code
    except (httpx.HTTPError, TimeoutError) as fault:
        if _is_of_tls(fault):
            return NotTaken("it does not show whom it is by TLS", False)
        # Its text may hold the address.
        return NotTaken(f"nobody answers there ({type(fault).__name__})", True)
    except (httpx.InvalidURL, ValueError) as fault:
        return NotTaken(f"its address is none ({type(fault).__name__})", False)
    if httpx.codes.is_success(status):
        return None
    return NotTaken(f"it answers {status}", status in LATER or status >= SERVERS_FAULT)


async def reached(webhook: Webhook) -> str | None:
    """Return why nobody can be spoken to there, None where somebody can; nothing is sent."""
    at = httpx.URL(webhook.url)
    by_tls = at.scheme == "https"
    context = ssl.create_default_context() if by_tls else None
    name = at.host if by_tls else None
    try:
        async with asyncio.timeout(TRIAL_SECONDS):
            _, writer = await asyncio.open_connection(
                at.host, at.port or (443 if by_tls else 80), ssl=context, server_hostname=name
            )
        writer.transport.abort()
    except (OSError, TimeoutError, ValueError) as fault:
        if _is_of_tls(fault):
            return "it does not show whom it is by TLS"
        # Its text may hold the address.
        return f"nobody answers there ({type(fault).__name__})"
    return None


def _is_of_tls(fault: BaseException | None) -> bool:
    while fault is not None and not isinstance(fault, ssl.SSLCertVerificationError):
        fault = fault.__cause__ or fault.__context__
    return fault is not None


def _signatures(webhook: Webhook, body: bytes, at: int) -> list[str]:
    return [f"v1={signature(secret, body, at)}" for secret in webhook.secrets]


def signature(secret: str, body: bytes, at: int) -> str:
    """Return what proves that a body of then is from somebody who knows the secret."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
