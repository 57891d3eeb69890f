"""How does everything come up?

In the order in which each needs the other: Kafka and its topics, the two simulated systems, the
gateway and the workers.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from agents.lab.demo.counters import Counters
from agents.lab.demo.faults import DemoFault
from agents.lab.demo.processes import Processes
from agents.lab.demo.stage import GATEWAY, REALM, WORKERS, Stage, surroundings
from agents.lab.demo.watch import Watch
from streams.topics import Layout

#: When something hangs: a busy machine takes most of a minute, and who ends is noticed at once.
UP_SECONDS = 180.0
LOOK_EVERY_SECONDS = 0.2
#: Eight seconds: twenty minutes are longer than the day.
LOCKOUT_MINUTES = "0.1333"
ISTHMUS = (sys.executable, "-m", "agents.cli.main")


@dataclass(frozen=True, slots=True)
class Opening:
    """Starts the processes of one stage."""

    stage: Stage
    processes: Processes

    async def topics(self) -> None:
        """Make the topics, by the command that an operator uses."""
        command = (*ISTHMUS, "topics", "create", "--single-node")
        made = await asyncio.create_subprocess_exec(
            *command,
            env=surroundings(os.environ, {"ISTHMUS_BROKERS": self.stage.brokers}),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await made.communicate()
        if made.returncode != 0:
            raise DemoFault(f"The topics could not be made: {said.decode(errors='replace')}")

    async def simulators(self, counters: Counters) -> None:
        """Start both simulated systems; QuickBooks with its real limits."""
        stage = self.stage
        simulator = (sys.executable, "-m", "streams.simulators.{}", "--port")
        qbo, mediaos = (
            [part.format(side) for part in simulator] for side in ("quickbooks", "mediaos")
        )
        webhooks = ("--webhook-url", f"{stage.gateway}/webhooks/quickbooks")
        self._start(
            "quickbooks",
            (*qbo, str(stage.qbo_port), "--realm", REALM, *webhooks, "--webhook-form", "legacy"),
            stage.qbo_environment(),
        )
        self._start(
            "mediaos",
            (*mediaos, str(stage.mediaos_port), "--tenant", stage.tenant),
            stage.mediaos_environment(),
        )
        await self._up("The simulated systems answer", counters.answers)

    async def isthmus(self, watch: Watch) -> None:
        """Start the gateway and the workers; return when every partition has its owner."""
        stage = self.stage
        port = str(stage.metrics_ports[GATEWAY])
        told = {**stage.gateway_environment(), "ISTHMUS_GATEWAY_METRICS_PORT": port}
        self._start(GATEWAY, (*ISTHMUS, "gateway"), told)
        for worker in WORKERS:
            self.worker(worker)
        await self._up("The gateway answers", self._gateway_answers)
        async with in_time("The workers own every partition", stage.folder):
            wanted = set(range(Layout().partitions))
            await watch.until(lambda: {partition for partition, _ in watch.claims} == wanted)

    def worker(self, name: str) -> None:
        """Start one worker."""
        told = {
            **self.stage.environment(name),
            "ISTHMUS_METRICS_PORT": str(self.stage.metrics_ports[name]),
            "ISTHMUS_LOCKOUT_MINUTES": LOCKOUT_MINUTES,
        }
        self._start(name, (*ISTHMUS, "worker"), told)

    async def _up(self, what: str, ready: Callable[[], Awaitable[bool]]) -> None:
        async with in_time(what, self.stage.folder):
            while not await ready():  # noqa: ASYNC110 - a stranger's readiness sets no event
                await asyncio.sleep(LOOK_EVERY_SECONDS)

    def _start(self, name: str, command: tuple[str, ...], told: dict[str, str]) -> None:
        self.processes.start(name, command, surroundings(os.environ, told))

    async def _gateway_answers(self) -> bool:
        async with httpx.AsyncClient() as client:
            try:
                answer = await client.get(f"{self.stage.gateway}/healthz")
            except httpx.TransportError:
                return False
        return answer.is_success


@asynccontextmanager
async def in_time(what: str, folder: Path) -> AsyncIterator[None]:
    """Give what is awaited in here a limit; DemoFault names what did not come true."""
    try:
        async with asyncio.timeout(UP_SECONDS):
            yield
    except TimeoutError as fault:
        raise DemoFault(
            f"Not within {UP_SECONDS:g} s: {what.lower()}; look into {folder}/*.log."
        ) from fault
