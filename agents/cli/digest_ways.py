"""By which ways, and to whom, does a tenant's digest go?  As it is set, or as the command says."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from agents.cli.refusal import Refusal
from agents.digest.sending import Ways
from schemas.limits import MOST_RECIPIENTS
from streams.outbox.mail import MailServer
from streams.outbox.webhook import Webhook
from streams.setting_values import address
from streams.settings import require

if TYPE_CHECKING:
    from streams.settings import ProcessSettings


def ways_of(settings: "ProcessSettings", tenant: str, to: Sequence[str] | None) -> Ways:
    """Return the ways that are set for a tenant, or to those whom the command names alone."""
    named = _named(to) if to else _set_for(settings, tenant)
    by_webhook = bool(settings.digest_webhook_url) and not to
    if not named and not by_webhook:
        raise Refusal(
            f"Nobody is named who gets the digest of {tenant}: set ISTHMUS_DIGEST_TO or "
            "ISTHMUS_DIGEST_WEBHOOK_URL, or name somebody by --to; --print shows it here."
        )
    if len(named) >= MOST_RECIPIENTS:
        raise Refusal(f"More than {MOST_RECIPIENTS - 1} addresses are named: use a list of mail.")
    needed = ("smtp_host", "digest_from") if named else ()
    require(settings, *needed, *(("digest_webhook_secret",) if by_webhook else ()))
    return Ways(
        to=named,
        server=server_of(settings) if named else None,
        sender=settings.digest_from,
        webhook=webhook_of(settings) if by_webhook else None,
        installation=_installation(settings),
    )


def _named(to: Sequence[str]) -> tuple[str, ...]:
    try:
        return _each_once(map(address, to))
    except ValueError as wrong:
        raise Refusal(f"--to is {', '.join(map(repr, to))}, expected {wrong}.") from wrong


def _set_for(settings: "ProcessSettings", tenant: str) -> tuple[str, ...]:
    return _each_once(mail for of, mail in settings.digest_to if of in {None, tenant})


def _each_once(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple({each.lower(): each for each in addresses}.values())


def server_of(settings: "ProcessSettings") -> MailServer:
    """Return the mail server that is set."""
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        ca_file=settings.smtp_ca_file,
        username=settings.smtp_username,
        password=settings.smtp_password,
    )


def webhook_of(settings: "ProcessSettings") -> Webhook:
    """Return the webhook that is set."""
    secrets = (each.strip() for each in settings.digest_webhook_secret.split(","))
    return Webhook(settings.digest_webhook_url, tuple(filter(None, secrets)))


def _installation(settings: "ProcessSettings") -> str:
    """Tell installations apart that have a tenant of one name: a mail of each is its own."""
    cluster = settings.cluster
    named = f"{cluster.brokers}/{cluster.prefix}"
    return hashlib.sha256(named.encode()).hexdigest()[:16]
