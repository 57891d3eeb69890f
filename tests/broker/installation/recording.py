"""What does the journal say, step by step?  A watch that also keeps what it adds up."""

from dataclasses import dataclass, field
from typing import NamedTuple

from agents.lab.demo.watch import Watch
from schemas.envelope import JournalRecord
from schemas.facts import Fact


class Told(NamedTuple):
    """One fact of any tenant that came true, of which partition."""

    partition: int
    lane: str
    fact: Fact


@dataclass(slots=True)
class Recording(Watch):
    """A watch whose facts can be asked for again, in the order in which they were read."""

    told: list[Told] = field(default_factory=list)
    #: By partition, the finished prefixes of the intake that its records name.
    prefixes: dict[int, list[int]] = field(default_factory=dict)

    def take_step(self, partition: int, step: JournalRecord) -> None:
        """Add a record of the journal, if it counts."""
        Watch.take_step(self, partition, step)
        # It stands beside what the watch has just added up, so its term is known.
        if step.claim is None and not self._terms.count(partition, step):
            return
        self.told += [Told(partition, step.lane, fact) for fact in step.facts]
        if step.prefix is not None:
            self.prefixes.setdefault(partition, []).append(step.prefix)

    def of(self, kind: type) -> list[Told]:
        """Return all facts of one kind."""
        return [told for told in self.told if isinstance(told.fact, kind)]

    async def first(self, kind: type, after: int = 0) -> Told:
        """Return the fact of a kind that follows so many others of it."""
        await self.until(lambda: len(self.of(kind)) > after)
        return self.of(kind)[after]
