"""How fast do lanes work off a topic when every event is two records of history?

The same events as in the bench of the lanes alone; each run has a journal of its own, since one
that is already long would first be folded.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from agents.lab.bench.child import Child
from agents.lab.bench.lanes import RUN_SECONDS, Load, Run, Topic
from agents.lab.bench.topics import fresh_journal

KEYS = (1, 10, 100, 1000)
#: With few keys, lanes are short of work and wait for the journal: it is long, and no target.
PROMISED = (100, 1000)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the runs happen."""

    brokers: str
    folder: Path


class JournalTopic(Topic):
    """A load whose runs write a journal."""

    def __init__(self, place: Place, load: Load) -> None:
        super().__init__(place.brokers, load)
        self._place = place

    async def _run(self, way: str) -> Run:
        place, load = self._place, self._load
        async with fresh_journal(place.brokers, 1) as journal:
            arguments = (place.brokers, self._name, journal, str(load.events), str(place.folder))
            log = place.folder / f"{way}.log"
            async with Child("agents.lab.bench.journal_worker", *arguments, log=log) as child:
                return Run(**await child.measured(RUN_SECONDS * 2))


async def measure(place: Place, *, repeats: int, say: Callable[[str], None]) -> Mapping[int, Run]:
    """Return by number of keys the median run; with 1 and 10 keys one run says it all."""
    by_keys = {}
    for keys in KEYS:
        load = Load(keys=keys, partitions=1, shortest_ms=0, longest_ms=5)
        async with JournalTopic(place, load) as topic:
            wanted = repeats if keys in PROMISED else 1
            by_keys[keys] = await topic.median("journal", wanted, say)
    return by_keys
