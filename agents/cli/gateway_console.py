"""What does the gateway's console stand on?  Kafka, and what the commands do, handed in.

What a command does and the console too is one function of both: a preflight, a link to connect by,
a connection that is taken away, a dead letter that is given back or up.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from agents.cli.gateway_connections import StoredConnections
from agents.cli.gateway_preflight import judged_for_console
from agents.cli.inviting import (
    Account,
    account_of,
    address_of,
    invited,
    refuse_open_gateway,
    terms_of,
)
from agents.cli.refusal import Refusal
from agents.cli.revoking import revoked
from agents.dead_letters.manage import Filed, Files, discard, retry
from agents.gateway.console.compose import Console, Outside, console_of
from agents.gateway.console.connecting import ConnectionChanges, LinkToConnect, NotDoneError, Wish
from agents.gateway.console.letters import keep_newest
from agents.gateway.console.preflights import Hear, NotJudgedError, Subject
from agents.process.clock import SystemClock
from agents.requests.ask import RequestSender
from agents.rules.tenant.preflight_findings import Finding
from agents.sweep.coverage_view import read_coverage
from schemas.identity import who_mark
from schemas.tenant_state import Connected
from schemas.values import Side
from streams.cluster import Cluster
from streams.kafka.history import KafkaHistory, TopicRecord, read_to_end
from streams.kafka.log import KafkaLog
from streams.kafka.places import KafkaPlaces
from streams.outbox.kafka_producer import Producer
from streams.ports import Clock, LogRecord
from streams.secrets.connections import Connections
from streams.secrets.preflights import KeptPreflights
from streams.setting_faults import SettingsError
from streams.settings import ProcessSettings, require
from streams.topics import CALLS, DEAD_LETTERS, JOURNAL

log = logging.getLogger("isthmus.gateway")


def console_for(
    settings: ProcessSettings,
    outbox: Producer,
    places: KafkaPlaces,
    preflights: KeptPreflights,
    connections: Connections,
) -> Console:
    """Return the console, which asks, reads and does what the commands do."""
    clock = SystemClock()
    read = partial(read_to_end, settings.cluster)

    async def view() -> Mapping[tuple[str, Side], datetime]:
        seen = await read_coverage(read, clock)
        return {(each.tenant, each.side): at for each, at in seen.until.items()}

    outside = Outside(
        journal=lambda: KafkaLog(settings.cluster, JOURNAL.name),
        calls=lambda: KafkaLog(settings.cluster, CALLS.name),
        view=view,
        places=places.read,
        send=RequestSender(outbox).ask,
        letters=partial(_letters, settings.cluster),
        retry_letter=partial(_retried, settings.cluster, outbox, clock),
        discard_letter=partial(discard, outbox, clock),
        judge=partial(_judged, settings.cluster),
        preflights=preflights,
        connecting=ConnectionChanges(
            invite=partial(_invited, settings),
            revoke=partial(_revoked, settings),
            trouble=StoredConnections(connections).trouble,
        ),
    )
    return console_of(settings, clock, outside)


async def _judged(cluster: Cluster, subject: Subject, hear: Hear) -> Sequence[Finding]:
    try:
        return await judged_for_console(cluster, subject, hear)
    except (Refusal, SettingsError) as fault:
        raise NotJudgedError(str(fault)) from fault


async def _invited(settings: ProcessSettings, wish: Wish) -> LinkToConnect:
    try:
        require(settings, "qbo_client_id", "qbo_client_secret")
        refuse_open_gateway(settings)
        account = await _account(settings, wish)
        terms = terms_of(settings, wish.tenant, wish.tenants, account, by=wish.by)
        address, until = await invited(settings, terms)
    except (Refusal, SettingsError) as fault:
        raise NotDoneError(str(fault)) from fault
    log.info("link to connect made", extra={"tenant": wish.tenant, "who": who_mark(wish.by)})
    return LinkToConnect(address=address, until=until)


async def _account(settings: ProcessSettings, wish: Wish) -> Account:
    """Return the MediaOS that is meant: as filled in, else as it was, else as it is set."""
    kept = await account_of(settings, wish.tenant)
    key, password = settings.mediaos_api_key, settings.mediaos_api_password
    before = kept or Account(address=settings.mediaos_base_url, key=key, password=password)
    given = wish.address or before.address
    address = address_of(given, settings.plain_http_hosts, "MediaOS' address")
    if not wish.key and address != before.address:
        # What one MediaOS is entered by is told to no other.
        raise Refusal("MediaOS has another address: fill in its key and password too.")
    if not (wish.key or before.key):
        raise Refusal("Fill in MediaOS' key and password: none are kept any more.")
    return Account(
        address=address, key=wish.key or before.key, password=wish.password or before.password
    )


async def _revoked(
    settings: ProcessSettings, tenant: str, known: Connected, force: bool
) -> Connected | None:
    try:
        require(settings, "qbo_client_id", "qbo_client_secret")
        return await revoked(settings, tenant, known, force=force)
    except (Refusal, SettingsError) as fault:
        raise NotDoneError(str(fault)) from fault


async def _letters(cluster: Cluster) -> Files:
    files = Files()

    def take(read: LogRecord) -> None:
        files.take(TopicRecord(read.partition, read.offset, read.key, read.value))
        keep_newest(files)

    await read_to_end(cluster, DEAD_LETTERS.name, take)
    return files


async def _retried(cluster: Cluster, outbox: Producer, clock: Clock, filed: Filed, by: str) -> None:
    history = KafkaHistory(cluster)
    try:
        await history.start()
        await retry(history, outbox, clock, filed, by)
    finally:
        await history.stop()
