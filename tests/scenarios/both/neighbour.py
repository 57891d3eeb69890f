"""More than one tenant: each has a MediaOS and a company of QuickBooks of its own.

Kafka, the workers, QuickBooks' servers, time and the connections are shared, as they are.
"""

from dataclasses import replace
from functools import partial

from streams.secrets.connection import Connection
from streams.simulators.quickbooks.app import QboSimulator
from tests.scenarios.both.town import Town
from tests.testing.qbo_world import connected


class OneCompany:
    """QuickBooks as the people of one company have it; tokens and webhooks are everybody's."""

    def __init__(self, simulator: QboSimulator, realm: str) -> None:
        company = simulator.company(realm)
        self.person, self.faults = company.person, company.faults
        self.book, self.tamper = company.book, company.tamper
        self.tokens, self.webhooks = simulator.tokens, simulator.webhooks
        self.change_settings = simulator.change_settings
        self.grant = partial(simulator.grant, realm)


class Neighbour(Town):
    """The town as one more tenant has it."""

    def __init__(self, first: Town, tenant: str, realm: str) -> None:
        vars(self).update(vars(first))
        self.tenant, self.realm = tenant, realm
        first.qbo.add_company(realm)
        self.qbo = OneCompany(first.qbo, realm)  # type: ignore[assignment]
        self.mediaos = self._new_mediaos()
        self._host = f"mediaos-{tenant}.test"
        self._accounts.add(self._host, self.mediaos.app)

    def _granted(self) -> Connection:
        granted = connected(self.qbo.grant(), self.clock.now())
        address = f"http://{self._host}"
        return replace(granted, tenant=self.tenant, realm=self.realm, mediaos_base_url=address)


async def moves_in(first: Town, number: int) -> Town:
    """Connect the tenant of that number, and let it go live."""
    neighbour = Neighbour(first, f"t{number}", f"913035000000000{number}")
    await neighbour.connect()
    await neighbour.goes_live()
    return neighbour
