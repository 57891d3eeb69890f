"""How many facts a second does `isthmus rebuild` fold?"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from agents.lab.bench import long_journal
from agents.lab.bench.child import Child
from agents.lab.bench.faults import BenchFault
from agents.lab.bench.topics import fresh_journal
from streams.topics import Layout

WITHIN_SECONDS = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilding:
    """The median of some runs, and what lay in the journal."""

    facts_per_s: float
    facts: int
    records: int


async def measure(
    brokers: str, folder: Path, *, facts: int, repeats: int, say: Callable[[str], None]
) -> Rebuilding:
    """Write a journal of at least so many facts, and rebuild it so often."""
    partitions = Layout().partitions
    async with fresh_journal(brokers, partitions) as journal:
        say(f"writing a journal of {facts:,} facts")
        written = await long_journal.write(brokers, journal, partitions=partitions, facts=facts)
        speeds = []
        for run in range(repeats):
            store = f"sqlite:///{folder / f'rebuilt-{run}.sqlite'}"
            arguments = (brokers, journal, str(partitions), store)
            log = folder / "rebuild.log"
            async with Child("agents.lab.bench.rebuild_worker", *arguments, log=log) as child:
                done = await child.measured(WITHIN_SECONDS)
            if done["facts"] != written:
                raise BenchFault(f"{done['facts']} of {written} facts were folded: look into {log}")
            speeds.append(written / done["seconds"])
            say(f"{written:,} facts in {done['seconds']:.1f} s: {speeds[-1]:,.0f} a second")
    return Rebuilding(facts_per_s=median(speeds), facts=written, records=done["records"])
