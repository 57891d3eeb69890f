"""What is an installation made of, and how does a test know that everything has come to rest?"""

import asyncio
import random
import sys
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from agents.audit.check import Books, check
from agents.audit.qbo import PAGE_SECONDS
from agents.lab.demo.counters import Counters, counters_of
from agents.lab.demo.stage import REALM, Stage, set_stage
from agents.lab.demo.tailing import tail
from agents.process.clock import SystemClock
from schemas.catalog import encode
from streams.cluster import Cluster
from streams.kafka.backlog import Backlog
from streams.outbox.kafka_producer import Producer
from streams.secrets.connection import Connection
from streams.secrets.connections import Connections
from streams.topics import JOURNAL, REQUESTS, Layout
from tests.broker.installation.crew import Crew, Process
from tests.broker.installation.recording import Recording
from tests.broker.installation.serving import served
from tests.broker.installation.town import Town

SIMULATOR = "streams.simulators.{}"
#: Everything rests when nothing has come true for so long.
STILL_SECONDS = 2.5
#: What has not come by then hangs: a busy machine is slow, and that is no fault.
HANGS_SECONDS = 120.0


@dataclass(slots=True)
class Tenant:
    """One MediaOS account with its company, and what the journal says of it."""

    stage: Stage
    realm: str
    counters: Counters
    watch: Recording

    @property
    def name(self):
        return self.stage.tenant

    async def qbo(self, action, **arguments):
        """Do something behind the counter of this tenant's company."""
        return await self.counters.qbo(action, realm=self.realm, **arguments)

    async def link(self, kind, mediaos_id, seconds=HANGS_SECONDS):
        """Return the id in QuickBooks, once the record is there."""
        async with asyncio.timeout(seconds):
            return await self.watch.linked(kind, mediaos_id)

    def linked(self, kind):
        """Return what is linked now, by MediaOS's id."""
        return {m: q for linked, m, q in self.watch.history.links if linked is kind}


@dataclass(slots=True)
class House:
    """The installation; `crew` are its workers."""

    stage: Stage
    cluster: Cluster
    group: str
    crew: Crew
    backlog: Backlog
    requests: Producer
    admin: AIOKafkaAdminClient
    rng: random.Random
    stack: AsyncExitStack
    http: httpx.AsyncClient
    tenants: dict[str, Tenant] = field(default_factory=dict)
    gateway: Process | None = None
    gateway_told: Mapping[str, str] = field(default_factory=dict)
    #: The folder of the release that the gateway is of, where that is not this one.
    gateway_release: Path | None = None

    async def tenant(self, name="t1", realm=REALM, publish=None):
        """Connect one more tenant: a MediaOS of its own (that publishes so), and a company."""
        stage = self.stage
        if self.tenants:
            other = set_stage(stage.folder, brokers=stage.brokers, tenant=name)
            stage = replace(stage, tenant=name, mediaos_port=other.mediaos_port)
        if publish is None:
            self._mediaos(stage)
        else:
            await self.following(served(stage, publish))
        counters = await self.stack.enter_async_context(counters_of(stage))
        await until(counters.answers)
        if realm != REALM:
            await counters.qbo("companies/add", name=realm)
        watch = Recording(tenant=name, tell=lambda _: None, now=time.monotonic)
        await self.following(tail(self.cluster, watch))
        made = self.tenants[name] = Tenant(stage, realm, counters, watch)
        await self._connect(made)
        return made

    async def town(self, tenant, products=4):
        """Return the tenant's people, with so many products mapped on both sides."""
        town = Town(tenant, random.Random(self.rng.random()))
        await town.open(self.ask, products)
        return town

    async def ask(self, key, request):
        """Ask something of the engine, as the CLI does."""
        await self.requests.send(REQUESTS.name, key.encode(), encode(request))

    async def work(self, workers):
        """Start so many workers; return when every partition has an owner."""
        for _ in range(workers):
            self.crew.start()
        await self.all_owned()

    async def all_owned(self, since=0.0):
        """Return when every partition of the intake has been claimed since then."""
        watch = next(iter(self.tenants.values())).watch
        wanted = set(range(Layout().partitions))
        async with asyncio.timeout(HANGS_SECONDS):
            await watch.until(lambda: {p for p, at in watch.claims if at >= since} == wanted)

    async def rest(self, seconds=HANGS_SECONDS):
        """Return when nothing moves or waits any more; fail naming what still does."""
        deadline, still_since = time.monotonic() + seconds, time.monotonic()
        while True:
            waiting_lanes = await self.waiting_lanes()
            now = time.monotonic()
            moved = max(tenant.watch.moved_at for tenant in self.tenants.values())
            still_since = now if waiting_lanes else max(still_since, moved)
            if now - still_since >= STILL_SECONDS:
                return
            assert now < deadline, f"not at rest after {seconds} s: {waiting_lanes}"
            await asyncio.sleep(0.3)

    async def waiting_lanes(self):
        """Return in words what is under way or waits in a lane."""
        found = [
            f"{n} events wait on {topic}" for topic, n in (await self.backlog.measure()).items()
        ]
        for name, tenant in self.tenants.items():
            found += [f"{name}: {command} is open" for command in tenant.watch.open]
            found += [f"{name}: {event} is held" for event in tenant.watch.held]
        return found

    async def report(self, tenant):
        """Have the ledger check examine one tenant."""
        granted = await tenant.qbo("grant")

        async def token():
            return granted["access_token"]

        secrets_ = tenant.stage.secrets
        books = Books(
            qbo_base_url=tenant.stage.qbo,
            realm=tenant.realm,
            qbo_token=token,
            mediaos_base_url=tenant.stage.mediaos,
            mediaos_key=secrets_.api_key,
            mediaos_password=secrets_.api_password,
        )
        journal = self.cluster.named(JOURNAL.name)
        return await check(
            books=books,
            kafka=self.cluster.client,
            tenant=tenant.name,
            journal=journal,
            sleep=_no_limits,
        )

    async def agrees(self, *tenants):
        """Come to rest; then the ledgers of these (or all) must agree, with nothing given up."""
        await self.rest()
        for tenant in tenants or self.tenants.values():
            report = await self.report(tenant)
            assert report.findings == (), report.findings
            given_up = [one for one in report.waiting if one.reason in {"bug", "refused"}]
            assert given_up == [], given_up

    async def following(self, following):
        """Let something run until the installation is closed."""
        task = asyncio.create_task(following)

        async def end():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        self.stack.push_async_callback(end)

    async def read(self, *topics):
        """Return all records of these topics, partition by partition."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.cluster.brokers, auto_offset_reset="earliest"
        )
        async with consumer:
            await consumer.topics()
            names, numbers = map(self.cluster.named, topics), range(Layout().partitions)
            tps = [TopicPartition(name, number) for name in names for number in numbers]
            consumer.assign(tps)
            ends = await consumer.end_offsets(tps)
            records = []
            while any([await consumer.position(tp) < ends[tp] for tp in tps]):
                found = await consumer.getmany(timeout_ms=500)
                records += [record for several in found.values() for record in several]
        return records

    def _mediaos(self, stage):
        command = (sys.executable, "-m", SIMULATOR.format("mediaos"))
        command += ("--port", str(stage.mediaos_port), "--tenant", stage.tenant)
        command += ("--requests-per-window", "1000000", "--hold-seconds", "0.5")
        self._process(f"mediaos-{stage.tenant}", command, stage.mediaos_environment())

    def _process(self, name, command, told, release=None):
        told = {**told, "ISTHMUS_TOPIC_PREFIX": self.cluster.prefix}
        process = Process(name, command, told, self.stage.folder, release)
        self.stack.callback(process.end)
        process.start()
        return process

    async def open(self):
        """Start what all tenants share: QuickBooks and the gateway."""
        stage = self.stage
        command = (sys.executable, "-m", SIMULATOR.format("quickbooks"), "--no-limits")
        command += ("--port", str(stage.qbo_port), "--realm", REALM)
        command += ("--webhook-url", f"{stage.gateway}/webhooks/quickbooks")
        self._process("quickbooks", command, stage.qbo_environment())
        await self.serve(self.gateway_release)

    async def serve(self, release=None):
        """Start a gateway, of another release than this one."""
        module = "tests.testing.unhurried" if release is None else "agents.cli.main"
        gateway = (sys.executable, "-m", module, "gateway")
        told = {"ISTHMUS_GROUP": self.group, **self.gateway_told}
        told = {**self.stage.gateway_environment(), **told}
        self.gateway = self._process("gateway", gateway, told, release)
        await until(self.gateway_answers)

    async def gateway_answers(self):
        """Tell whether the gateway serves."""
        try:
            return (await self.http.get(f"{self.stage.gateway}/healthz")).is_success
        except httpx.TransportError:
            return False

    async def _connect(self, tenant):
        granted, clock = await tenant.qbo("grant"), SystemClock()
        stage = tenant.stage
        connections = Connections(stage.connections_url, [stage.secrets.token_key], clock)
        await connections.prepare()
        await connections.put(
            Connection(
                tenant=tenant.name,
                realm=tenant.realm,
                environment="sandbox",
                access_token=granted["access_token"],
                refresh_token=granted["refresh_token"],
                access_expires_at=clock.now() + timedelta(seconds=granted["expires_in"]),
                mediaos_base_url=stage.mediaos,
                mediaos_api_key=stage.secrets.api_key,
                mediaos_api_password=stage.secrets.api_password,
            )
        )
        await connections.close()


async def _no_limits(seconds):
    """Wait for nothing: the check spares a budget that this QuickBooks does not count."""
    assert seconds == PAGE_SECONDS, "nothing is throttled here"


async def until(condition, seconds=HANGS_SECONDS):
    """Look again until it is so; fail when it does not come true."""
    deadline = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {condition.__qualname__}"
        await asyncio.sleep(0.1)
