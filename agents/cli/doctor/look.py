"""What is looked at, and beside what?  All at once, each for so long at most."""

import asyncio
import os
from collections.abc import Sequence
from itertools import chain

import httpx

from agents.cli.doctor import database_checks, digest_checks
from agents.cli.doctor.alert_checks import alerts
from agents.cli.doctor.finding import Finding, within
from agents.cli.doctor.gateway_checks import gateway
from agents.cli.doctor.kafka_checks import kafka
from agents.cli.doctor.role import Role
from agents.cli.doctor.settings_checks import settings_of
from agents.cli.doctor.side_checks import TIMEOUT, sides
from agents.process.clock import SystemClock
from streams.secrets.connection import Connection
from streams.settings import ProcessSettings


async def looked(role: Role, *, single_node: bool, prometheus: str | None) -> list[Finding]:
    """Return all that is to be said, in the order in which it is mended."""
    settings, found = settings_of(os.environ, role)
    if settings is None:
        return found
    cluster, group, console = settings.cluster, settings.group, bool(settings.console_token)
    async with httpx.AsyncClient(timeout=TIMEOUT) as http:
        looks = [
            within("kafka", kafka(cluster, group, role, single_node=single_node, console=console)),
            within("store", asyncio.to_thread(database_checks.store, settings.state_url)),
            _tenants(http, settings),
            within("gateway", gateway(http, settings.gateway_address)),
            within(digest_checks.MAIL, digest_checks.mail(settings)),
            within(digest_checks.WEBHOOK, digest_checks.webhook(settings)),
        ]
        if prometheus is not None:
            looks.append(within("alerts", alerts(http, prometheus)))
        return [*found, *chain.from_iterable(await asyncio.gather(*looks))]


async def _tenants(http: httpx.AsyncClient, settings: ProcessSettings) -> Sequence[Finding]:
    """Look at the connections, and through one of them at both sides."""
    opened: list[Connection] = []

    async def stored() -> Sequence[Finding]:
        found, those = await asyncio.to_thread(database_checks.connections, settings)
        opened.extend(those)
        return found

    found = await within("connections", stored())
    bases = (settings.qbo_base_url, settings.mediaos_base_url)
    return [*found, *await within("sides", sides(http, bases, opened, SystemClock()))]
