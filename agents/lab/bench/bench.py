"""How is a whole bench run?  On a Kafka of its own, one run after the other, and nothing is left.

It takes no Kafka that ISTHMUS_BROKERS names: it needs topics under their real names, fresh, and
would measure whatever else goes on there.  A run that comes to nothing does not end the others.
"""

import fcntl
import os
import platform
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agents.lab.bench.faults import BenchFault
from agents.lab.bench.figures import Measured, Outcome
from agents.lab.bench.ground import FULL, QUICK, Ground, Say
from agents.lab.bench.runs import MEASURES
from agents.lab.demo.kafka import Kafka
from agents.lab.local.ending import to_its_end

FOLDER = Path(".local/bench")


async def bench(
    runs: Sequence[str], *, quick: bool, say: Say, begun: Callable[[str], None]
) -> Outcome:
    """Measure these runs; `begun` hears the name of each, `say` what was measured and how.

    BenchFault when a bench is under way here already, LocalBrokerFault when no Kafka starts.
    """
    measured: dict[str, Measured] = {}
    faults: dict[str, str] = {}
    with _alone(FOLDER.with_suffix(".lock")):
        async with _kafka(FOLDER, say) as brokers:
            ground = _ground(brokers, quick=quick, say=say)
            for run in runs:
                begun(run)
                try:
                    measured[run] = await MEASURES[run](ground)
                except BenchFault as fault:
                    faults[run] = str(fault)
        # What went wrong is in the logs; a good bench leaves only its figures.
        if not faults:
            shutil.rmtree(FOLDER)
    return Outcome(measured=measured, faults=faults)


def machine(*, quick: bool) -> dict[str, Any]:
    """Describe what was measured on; `load` says how busy others kept it before we began."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "quick": quick,
    }


def _ground(brokers: str, *, quick: bool, say: Say) -> Ground:
    sizes = QUICK if quick else FULL
    return Ground(brokers=brokers, folder=FOLDER.resolve(), sizes=sizes, say=say)


@asynccontextmanager
async def _kafka(folder: Path, say: Say) -> AsyncIterator[str]:
    kafka = Kafka(folder, given=None)
    # One that was left by a bench which was itself killed.
    await kafka.stop()
    _empty(folder)
    try:
        yield await kafka.start(say)
    finally:
        with to_its_end():
            await kafka.stop()


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise BenchFault(
                "A bench is under way in this folder: wait for its end, or end it first."
            ) from taken
        yield
