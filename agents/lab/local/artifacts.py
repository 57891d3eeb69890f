"""How Kafka's jars and a Java to run them are found.

Maven copies the official artifacts once; a folder that lacks the pom.xml it was made from is
incomplete (an interrupted download, another version) and is made again.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from agents.lab.local.faults import LocalBrokerFault
from agents.lab.local.place import Place

LEAST_JAVA = 17
FETCH_SECONDS = 300


def java() -> str:
    """Find a Java that is new enough."""
    program = shutil.which("java")
    if program is None:
        raise LocalBrokerFault(
            f"Java is missing: install a JDK or JRE of version {LEAST_JAVA} or newer "
            "(Debian: apt-get install openjdk-17-jre-headless), start Docker, "
            "or name a running Kafka in ISTHMUS_BROKERS."
        )
    version = _java_version(program)
    if version < LEAST_JAVA:
        raise LocalBrokerFault(
            f"Java {version} is too old for Kafka: install version {LEAST_JAVA} or newer, "
            "start Docker, or name a running Kafka in ISTHMUS_BROKERS."
        )
    return program


def ensure_libraries(place: Place, say: Callable[[str], None]) -> Path:
    """Return the folder of Kafka's jars, copying them by Maven when they are not there."""
    pom = place.templates / "pom.xml"
    if not pom.is_file():
        raise LocalBrokerFault(f"{pom} is missing: run this from the folder of the project.")
    with _alone_in(place.libraries.parent):
        if not is_complete(place.libraries, pom):
            say("Fetching Kafka by Maven, once")
            _fetch(pom, place.libraries)
    return place.libraries


def is_complete(libraries: Path, pom: Path) -> bool:
    """Say whether a folder holds all that this very pom.xml asks for."""
    made_from = libraries / pom.name
    return made_from.is_file() and made_from.read_bytes() == pom.read_bytes()


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one process at a time look what is there and fetch it; the others find it."""
    folder.mkdir(parents=True, exist_ok=True)
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _java_version(program: str) -> int:
    asked = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    match = re.search(r'version "(?:1\.)?(\d+)', asked.stderr + asked.stdout)
    if match is None:
        raise LocalBrokerFault(
            f"{program} does not run: reinstall Java {LEAST_JAVA} or newer, or start Docker."
        )
    return int(match[1])


def _fetch(pom: Path, libraries: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise LocalBrokerFault(
            "Maven is missing, which fetches Kafka: install it (Debian: apt-get install maven), "
            "start Docker, or name a running Kafka in ISTHMUS_BROKERS."
        )
    with tempfile.TemporaryDirectory(dir=libraries.parent, prefix="fetch-") as folder:
        fresh = Path(folder) / "libs"
        _run_maven(maven, pom, fresh)
        shutil.copy(pom, fresh / pom.name)
        # In place at once, so that an interrupted start never leaves half a folder behind.
        shutil.rmtree(libraries, ignore_errors=True)
        fresh.rename(libraries)


def _run_maven(maven: str, pom: Path, target: Path) -> None:
    command = [maven, "-q", "-B", "-f", str(pom), "dependency:copy-dependencies"]
    try:
        subprocess.run(
            [*command, f"-DoutputDirectory={target}"],
            capture_output=True,
            text=True,
            timeout=FETCH_SECONDS,
            check=True,
        )
    except subprocess.TimeoutExpired as fault:
        raise LocalBrokerFault(
            f"Maven did not fetch Kafka within {FETCH_SECONDS} s: check the network and try again."
        ) from fault
    except subprocess.CalledProcessError as fault:
        said = (fault.stdout or fault.stderr).strip().splitlines()
        raise LocalBrokerFault(
            f"Maven could not fetch Kafka ({said[0] if said else 'it said nothing'}): "
            "check the network and try again."
        ) from fault
