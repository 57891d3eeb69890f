"""Which Kafka demo and tests use, and how it starts and stops.

Somebody else's when ISTHMUS_BROKERS names it (we only look whether it answers), else a
container, else a JVM.  Starting twice is no mistake: what runs already is used.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agents.lab.local import artifacts, docker, jvm, ports
from agents.lab.local.ending import to_its_end
from agents.lab.local.faults import LocalBrokerFault
from agents.lab.local.place import Place
from streams.cluster import Cluster
from streams.kafka import probe

#: When a Kafka of ours hangs that has been started: a busy machine takes half a minute.
READY_SECONDS = 180.0
#: And when one that runs already does not answer.
GIVEN_SECONDS = 15.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """A broker that answers: whose it is, and its address."""

    kind: Literal["given", "docker", "jvm"]
    bootstrap: str


async def start(place: Place, *, given: str | None, say: Say) -> Broker:
    """Bring up a broker, or use the one that runs; raises LocalBrokerFault with the remedy."""
    if given:
        say(f"Asking {given}")
        return await _verified(given)
    found = await status(place, given=None)
    if found is not None:
        return found
    if docker.engine_runs():
        return await _start_container(place, say)
    return await _start_jvm(place, say)


async def stop(place: Place, *, given: str | None) -> Literal["stopped", "not running", "not ours"]:
    """Stop what start brought up; a broker from ISTHMUS_BROKERS is left alone."""
    if given:
        return "not ours"
    if await jvm.stop(place):
        return "stopped"
    if docker.engine_runs() and docker.running(place):
        docker.stop(place)
        return "stopped"
    return "not running"


async def status(place: Place, *, given: str | None) -> Broker | None:
    """Return the broker that would be used, or None when none answers."""
    if given:
        return (
            Broker(kind="given", bootstrap=given)
            if await probe.answers(Cluster(brokers=given))
            else None
        )
    kind = _ours(place)
    if kind is None or not await probe.answers(Cluster(brokers=place.bootstrap)):
        return None
    return Broker(kind=kind, bootstrap=place.bootstrap)


def _ours(place: Place) -> Literal["docker", "jvm"] | None:
    if jvm.running(place) is not None:
        return "jvm"
    if docker.engine_runs() and docker.running(place):
        return "docker"
    return None


async def _verified(given: str) -> Broker:
    if not await probe.answers(Cluster(brokers=given), seconds=GIVEN_SECONDS):
        raise LocalBrokerFault(
            f"No Kafka answers at {given}, which ISTHMUS_BROKERS names: "
            "start it, correct the address, or unset the variable to use a local one."
        )
    return Broker(kind="given", bootstrap=given)


async def _start_container(place: Place, say: Say) -> Broker:
    _insist_on_free_ports(place.port)
    say("Starting Kafka in Docker")
    try:
        docker.launch(place)
        await _insist_on_ready(
            place,
            say,
            alive=lambda: docker.running(place),
            complaint=lambda: docker.last_complaint(place),
        )
    except BaseException:
        with to_its_end():
            docker.stop(place)
        raise
    return Broker(kind="docker", bootstrap=place.bootstrap)


async def _start_jvm(place: Place, say: Say) -> Broker:
    java = artifacts.java()
    # One that hangs, of this very place: it would hold the ports.
    await jvm.stop(place)
    _insist_on_free_ports(place.port, place.controller_port)
    libraries = artifacts.ensure_libraries(place, say)
    say("Starting Kafka on the local Java")
    try:
        jvm.launch(place, java, libraries)
        await _insist_on_ready(
            place,
            say,
            alive=lambda: jvm.running(place) is not None,
            complaint=lambda: f"{jvm.last_complaint(place)} in {place.log}",
        )
    except BaseException:
        with to_its_end():
            await jvm.stop(place)
        raise
    return Broker(kind="jvm", bootstrap=place.bootstrap)


def _insist_on_free_ports(*wanted: int) -> None:
    for port in wanted:
        if ports.in_use(port):
            raise LocalBrokerFault(
                f"Port {port} is in use by another program: "
                "stop that program, or choose another port by --port."
            )


async def _insist_on_ready(
    place: Place, say: Say, *, alive: Callable[[], bool], complaint: Callable[[], str]
) -> None:
    say("Waiting until a record makes the round trip")
    if await probe.becomes_ready(
        Cluster(brokers=place.bootstrap), seconds=READY_SECONDS, alive=alive
    ):
        return
    what = f"was not ready in {READY_SECONDS:g} s" if alive() else "ended while it started"
    raise LocalBrokerFault(
        f"Kafka {what}; it last said: {complaint().strip()}. "
        f"Mend that, or delete {place.home} and start again."
    )
