"""One tenant with two real simulators, their people, all agents of a worker, and both ledgers.

Only Kafka, time and sockets are simulated: the clients speak HTTP to the simulators in process,
QuickBooks' webhooks go through the gateway, and MediaOS publishes as its services do.
"""

import asyncio
import dataclasses
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx

from agents.audit.compare import compare
from agents.audit.history import History
from agents.audit.journal import Terms
from agents.audit.mediaos import read_mediaos
from agents.audit.qbo import read_qbo
from agents.audit.report import Report
from agents.gateway.gateway import Webhooks, build
from schemas.catalog import decode_journal, encode
from schemas.facts import Fact
from schemas.requests import ChangeSettings, ConnectTenant, GoLive, Push, Request, Retry, SetMapping
from schemas.state import Document
from schemas.tenant_state import TenantSettings
from schemas.values import Kind
from streams.publisher import TOPIC, Change
from streams.remotes.quickbooks.webhooks import Notice, notice_event
from streams.secrets.connection import Connection
from streams.settings import ProcessSettings
from streams.simulators.mediaos.app import MediaosSimulator
from streams.simulators.mediaos.settings import SimulatorSettings as MediaosSettings
from streams.simulators.quickbooks.app import QboSimulator
from tests.scenarios.both.hosts import Hosts
from tests.scenarios.both.quiet import InPlace, TownClock, quiet
from tests.scenarios.both.worker import Around, Worker
from tests.testing.qbo_world import KEY, REALM, TENANT, ExchangeInProcess, connected
from tests.testing.simulated.kafka import SimulatedKafka
from tests.testing.simulated.kept_store import KeptStore
from tests.testing.simulated.lying_proxy import LyingProxy
from tests.testing.simulated.own_connections import OwnConnections
from tests.testing.simulated.world import PARTITIONS

VERIFIER = "verifier"
WEBHOOKS = "http://gateway.test/webhooks/quickbooks"
#: Where the first tenant's MediaOS is, as `connected` tells it.
ACCOUNT = "mediaos.test"

Row = dict[str, Any]


class Town:
    """What stays when workers come and go, and what people do in it."""

    tenant = TENANT
    realm = REALM

    def __init__(self, settings: ProcessSettings) -> None:
        self.process_settings = settings
        self.clock = TownClock()
        self.kafka = SimulatedKafka(PARTITIONS)
        self.connections = OwnConnections(KEY, self.clock)
        self.qbo = QboSimulator(
            realm=REALM,
            now=self.clock.now,
            admin_token="admin",
            client_id="app",
            client_secret="app-secret",
            verifier_token=VERIFIER,
            webhook_url=WEBHOOKS,
            webhook_transport=httpx.ASGITransport(self._gateway()),
            sleep=self.clock.sleep,
        )
        self.mediaos = self._new_mediaos()
        self.exchange = ExchangeInProcess(self.qbo)
        self.workers: list[Worker] = []
        self.kept = KeptStore()
        #: What MediaOS's services say of its changes is lost.
        self.mediaos_unheard = False
        self._requests = itertools.count(1)
        #: What stands before QuickBooks, and before MediaOS.
        self.qbo_proxy = LyingProxy(httpx.ASGITransport(self.qbo.app))
        self._qbo_http = httpx.AsyncClient(transport=self.qbo_proxy, base_url="http://qbo.test")
        self._accounts = Hosts({ACCOUNT: self.mediaos.app})
        self.mediaos_proxy = LyingProxy(self._accounts)

    async def worker(self, *, kill: bool = True) -> Worker:
        """Start a worker; the earlier ones lose the group, and are killed.

        One that is not killed goes on in its own store, and the next has an empty one.
        """
        for earlier in self.workers if kill else ():
            earlier.kill()
        if not kill:
            self.kept = KeptStore()
        around = Around(
            kafka=self.kafka,
            clock=self.clock,
            connections=self.connections,
            exchange=self.exchange,
            qbo=self.qbo_proxy,
            mediaos=self.mediaos_proxy,
            kept=self.kept,
        )
        worker = Worker(around, self.process_settings)
        self.workers.append(worker)
        await worker.start()
        return worker

    async def run(self, seconds: float = 30.0) -> None:
        """Let everything happen that happens within so many seconds."""
        await self.clock.advance(seconds)
        await quiet()

    async def connect(self, installation: str = "") -> None:
        """Let the administrator connect, for the first time or again."""
        granted = dataclasses.replace(self._granted(), installation=installation)
        made = await self.connections.put(granted)
        wish = ConnectTenant(id=self._id(), tenant=self.tenant, connection=made.told)
        await self.ask(self.tenant, wish)

    # What people ask of Isthmus.

    async def ask(self, key: str, request: Request) -> None:
        # A person asks one thing after the other, and does the next once they are heard.
        await quiet()
        await self.kafka.send("isthmus-requests", key.encode(), encode(request))
        await quiet()

    async def settings(self, **settings: Any) -> None:
        settings = {"number_prefix": "MediaOS-", **settings}
        wanted = TenantSettings(**settings)
        changed = ChangeSettings(id=self._id(), tenant=self.tenant, settings=wanted)
        await self.ask(self.tenant, changed)

    async def goes_live(self) -> None:
        await self.ask(self.tenant, GoLive(id=self._id(), tenant=self.tenant, by="the owner"))

    async def maps(self, product: str, item: str | None, **how: Any) -> None:
        wish = SetMapping(id=self._id(), tenant=self.tenant, source=product, target=item, **how)
        await self.ask(self.tenant, wish)

    async def pushes(self, customer: str, document: str) -> None:
        lane = f"{self.tenant}/mediaos/{customer}"
        await self.ask(lane, Push(id=self._id(), lane=lane, document=document))

    async def retries(self, customer: str, document: str) -> None:
        lane = f"{self.tenant}/mediaos/{customer}"
        await self.ask(lane, Retry(id=self._id(), lane=lane, document=document))

    # What is seen.

    def in_qbo(self, kind: str) -> list[Row]:
        return self.qbo.book.all(kind)

    def in_mediaos(self, kind: str) -> list[Row]:
        return list(self.mediaos.book.records[kind].values())

    async def hears(self, kind: Kind, record_id: str) -> None:
        """A webhook tells of a change of a record, whether there was one or not."""
        at, realm = self.clock.now(), self.realm
        told = Notice(realm=realm, kind=kind, id=record_id, operation="update", at=at)
        key, value = notice_event(self.tenant, told)
        await self.kafka.send("quickbooks-notices", key.encode(), value)

    async def qbo_as_told(self, path: str, record_id: str) -> bytes:
        """A record as QuickBooks answers a reading of it."""
        headers = {"Authorization": f"Bearer {self.qbo.grant()['access_token']}"}
        headers["Accept"] = "application/json"
        there = f"/v3/company/{self.realm}/{path}/{record_id}"
        return (await self._qbo_http.get(there, headers=headers)).content

    def writes(self) -> int:
        """How many writes both sides have been asked for, whatever they answered."""
        to_qbo = [r for r in self.qbo.requests if r["method"] == "POST" and r["requestid"]]
        to_mediaos = [r for r in self.mediaos.requests if r.method != "GET"]
        return len(to_qbo) + len(to_mediaos)

    def answers(self, status: int) -> int:
        """How often QuickBooks answered so."""
        return sum(request["status"] == status for request in self.qbo.requests)

    def document(self, customer: str, name: str, side: str = "mediaos") -> Document:
        return self.workers[-1].lane(f"{self.tenant}/{side}/{customer}").documents[name]

    def told(self) -> list[Fact]:
        """Everything that the journal says, partition by partition."""
        records = map(decode_journal, self.kafka.values("isthmus-journal"))
        return [fact for record in records for fact in record.facts]

    def letters(self) -> list[bytes]:
        return self.kafka.values("isthmus-dead-letters")

    async def report(self) -> Report:
        """Examine both books, through both APIs, and the journal."""
        self.qbo.change_settings({"limits": False})
        token = self.qbo.grant()["access_token"]

        async def bearer() -> str:
            return token

        mediaos = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.mediaos.app),
            base_url="http://mediaos.test",
            auth=("key", "password"),
        )
        return compare(
            mediaos=await read_mediaos(mediaos, sleep=_no_time),
            qbo=await read_qbo(self._qbo_http, self.realm, bearer, sleep=_no_time),
            history=self._history(),
        )

    async def agrees(self, *, parked: int = 0, unplaced: int = 0) -> None:
        """Both ledgers agree but for so many documents, and nothing is in the dead letters."""
        report = await self.report()
        assert report.findings == ()
        assert (report.counts.parked, report.counts.unplaced) == (parked, unplaced), report.waiting

    def _history(self) -> History:
        history = History(self.tenant)
        for partition, records in enumerate(self.kafka.topics["isthmus-journal"].records):
            terms = Terms()
            for read in records:
                record = decode_journal(read.value)
                if terms.count(partition, record):
                    history.take(record)
        return history

    def _new_mediaos(self) -> MediaosSimulator:
        return MediaosSimulator(
            tenant=self.tenant,
            now=self.clock.now,
            settings=MediaosSettings(hold_seconds=0.0),
            api_key="key",
            api_password="password",
            admin_token="admin",
            publish=self._publish,
            sleep=self.clock.sleep,
        )

    def _granted(self) -> Connection:
        return connected(self.qbo.grant(), self.clock.now())

    def _gateway(self) -> Any:
        return build(Webhooks(self.kafka, self.connections.tenant_of, VERIFIER), AsyncExitStack)

    async def _publish(self, change: Change) -> None:
        if self.mediaos_unheard:
            return
        await self.kafka.send(TOPIC, change.key, change.value, change.headers)

    def _id(self) -> str:
        return f"request-{next(self._requests)}"


async def _no_time(_seconds: float) -> None:
    """Time stands still while the books are read: they are what is looked at."""


@asynccontextmanager
async def opened(*, live: bool = True, **settings: Any) -> AsyncIterator[Town]:
    """A town whose tenant is connected, with a worker at work and nothing in the books."""
    others = asyncio.all_tasks()
    asyncio.get_running_loop().set_default_executor(InPlace())
    town = Town(ProcessSettings(**settings))
    await town.connections.prepare()
    await town.connect()
    if live:
        await town.goes_live()
    await town.worker()
    async with town.qbo:
        yield town
    # A killed worker waits for ever, and so does one at work.
    left = asyncio.all_tasks() - others - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
