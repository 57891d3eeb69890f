"""How Kafka runs in Docker, for machines where an engine is up.

The image is configured by the same server.properties, told as variables; only what must differ
inside a container differs.  Its data lies in a volume, since the image's user may not write into
a folder of ours.
"""

import re
import subprocess

from agents.lab.local.faults import LocalBrokerFault
from agents.lab.local.jvm import complaint_in
from agents.lab.local.place import Place

ENGINE_SECONDS = 3
STOP_SECONDS = 20
RUN_SECONDS = 300
CONTAINER_DATA = "/var/lib/kafka/data"
CLUSTER = "isthmus-local-cluster0"


def engine_runs() -> bool:
    """Say whether a Docker engine answers soon."""
    try:
        return _docker("info", seconds=ENGINE_SECONDS).returncode == 0
    except (OSError, LocalBrokerFault):
        return False


def container(place: Place) -> str:
    """Name of a place's container; its volume has the same."""
    return f"isthmus-kafka-{place.port}"


def running(place: Place) -> bool:
    """Say whether this place's container runs."""
    shown = _docker("inspect", "--format", "{{.State.Running}}", container(place))
    return shown.stdout.strip() == "true"


def launch(place: Place) -> None:
    """Start the container, replacing one that has stopped."""
    _docker("rm", "--force", container(place))
    made = _docker(*run_arguments(place), seconds=RUN_SECONDS)
    if made.returncode != 0:
        said = made.stderr.strip().splitlines()
        raise LocalBrokerFault(
            f"Docker could not start Kafka ({said[-1] if said else 'no reason given'}): "
            "check that the engine can fetch images, or stop it to use the local Java instead."
        )


def stop(place: Place) -> None:
    """Stop and remove the container; the engine kills it after 20 s."""
    _docker("stop", "--time", str(STOP_SECONDS), container(place), seconds=RUN_SECONDS)
    _docker("rm", "--force", container(place))


def last_complaint(place: Place) -> str:
    """Return the last error that Kafka printed, else the last line."""
    shown = _docker("logs", "--tail=200", container(place))
    return complaint_in(shown.stdout + shown.stderr)


def run_arguments(place: Place) -> list[str]:
    """Spell the whole `docker run`."""
    variables = [f"--env={name}={value}" for name, value in environment(place).items()]
    return [
        "run",
        "--detach",
        f"--name={container(place)}",
        f"--publish=127.0.0.1:{place.port}:{place.port}",
        f"--volume={container(place)}:{CONTAINER_DATA}",
        *variables,
        f"apache/kafka:{kafka_version(place)}",
    ]


def environment(place: Place) -> dict[str, str]:
    """Give server.properties as the image's variables."""
    lines = place.server_properties().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    # The image formats its data by itself, and knows only a fixed list of voters.
    del given["controller.quorum.bootstrap.servers"]
    given["controller.quorum.voters"] = f"1@localhost:{place.controller_port}"
    given["listeners"] = f"PLAINTEXT://:{place.port},CONTROLLER://:{place.controller_port}"
    given["log.dirs"] = CONTAINER_DATA
    named = {f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in given.items()}
    return {**named, "CLUSTER_ID": CLUSTER, "KAFKA_HEAP_OPTS": "-Xms256m -Xmx512m"}


def kafka_version(place: Place) -> str:
    """Read Kafka's version from pom.xml, the one place that names it."""
    pom = (place.templates / "pom.xml").read_text(encoding="utf-8")
    match = re.search(r"<kafka\.version>([^<]+)</kafka\.version>", pom)
    if match is None:
        raise LocalBrokerFault("deploy/kafka/pom.xml names no kafka.version: restore that file.")
    return match[1]


def _docker(*arguments: str, seconds: float = STOP_SECONDS) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["docker", *arguments], capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as fault:
        raise LocalBrokerFault(
            f"Docker did not answer within {seconds:g} s: restart its engine, "
            "or stop it to use the local Java instead."
        ) from fault
