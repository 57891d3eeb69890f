"""How is the journal read, counted, and written rewritten aside?

Each pass reads it from its beginning and holds none of it: what the fold adds up to is in a store
of this command's own, which is deleted with it.
"""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from agents.cli.erasing.customer import Customer, HeldStrings
from agents.cli.rebuild import UpTo
from agents.cli.refusal import Refusal
from agents.rules.erasing.erased import Count, Eraser, Whose, lane_of, names_in, with_ends
from agents.view.folding import Folding
from schemas.catalog import encode
from schemas.envelope import JournalRecord
from schemas.erasure_facts import Erased
from streams.cluster import Cluster
from streams.journal.rebuild import compare, rebuild
from streams.journal.store import Store
from streams.journal.terms import Term
from streams.kafka.copying import Rewrite
from streams.kafka.log import KafkaLog
from streams.kafka.minutes import Minutes
from streams.kafka.partitions import partition_of
from streams.kafka.replacing import Begins, Replacing, digest
from streams.ports import Clock
from streams.topics import JOURNAL, aside_of

#: Differences of two folds that are named.
NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """The journal as it stands: where its partitions end, and what reads it."""

    cluster: Cluster
    replacing: Replacing
    ends: tuple[int, ...]
    clock: Clock
    begins: Begins

    @property
    def records(self) -> int:
        """Return how many there are."""
        return sum(self.ends)


async def folded(journal: Journal, topic: str, file: Path, what: str) -> Store:
    """Fold a topic's records, as far as the journal goes, into a store of their own."""
    log, store = KafkaLog(journal.cluster, topic), Store(f"sqlite:///{file}")
    told = journal.begins(what, journal.records)
    try:
        await log.start()
        await rebuild(
            UpTo(log, dict(enumerate(journal.ends))),
            Folding(),
            store,
            journal.clock,
            partitions=len(journal.ends),
            progress=lambda done, _all: told(done),
        )
    finally:
        await log.stop()
    return store


async def names_of(journal: Journal, customer: Customer) -> frozenset[str]:
    """Return all names that the customer's lanes ever told, and that are its names no more."""
    told, found, done = journal.begins("Looking for names", journal.records), set[str](), 0
    places = {partition: (0, end) for partition, end in enumerate(journal.ends)}
    async with aclosing(journal.replacing.copying.read(journal.replacing.topic, places)) as read:
        async for record in read:
            done += 1
            told(done)
            if record.value and lane_of(record.value) in customer.lanes:
                found |= set(names_in(record.value))
    return frozenset(found - set(customer.called))


async def counted(journal: Journal, whose: Whose, held: HeldStrings) -> Count:
    """Return what would go."""
    eraser = Eraser(whose, held)
    told, done = journal.begins("Counting", journal.records), 0
    places = {partition: (0, end) for partition, end in enumerate(journal.ends)}
    async with aclosing(journal.replacing.copying.read(journal.replacing.topic, places)) as read:
        async for record in read:
            done += 1
            told(done)
            if record.value:
                eraser.erased(record.value)
    return eraser.count


async def written_aside(
    journal: Journal,
    whose: Whose,
    held: HeldStrings,
    act: Erased,
    lane: str,
    about: dict[str, str],
    new_term: Iterable[str],
) -> Minutes:
    """Write the journal rewritten aside, its claims and the act behind it; not yet compared."""
    replacing, copying = journal.replacing, journal.replacing.copying
    ends = tuple(end + 1 for end in journal.ends)
    rewrite = rewriting(whose, held, ends)
    before = await copying.first(replacing.topic, 0)
    if before is None:
        raise Refusal("The journal's first partition has no record: no worker ever ran here.")
    await replacing.make_aside(about)
    places = {partition: (0, end) for partition, end in enumerate(journal.ends)}
    told = journal.begins("Writing aside", journal.records)
    await copying.copy(replacing.topic, replacing.aside, places, rewrite, told)
    terms = iter(new_term)
    home = partition_of(lane, len(ends))
    for partition in range(len(ends)):
        claim = _claim(Term(next(terms)), act, lane if partition == home else "")
        await copying.append(replacing.aside, partition, claim.lane.encode(), encode(claim))
    first = await copying.first(replacing.aside, 0)
    return Minutes(
        run=replacing.run,
        ends=ends,
        ends_before=journal.ends,
        first=digest(first),
        first_before=digest(before),
        about=about,
    )


async def compared_aside(
    journal: Journal, whose: Whose, held: HeldStrings, minutes: Minutes, store: Store, folder: Path
) -> None:
    """See that what stands aside is the journal but for what goes, and comes to the same rows."""
    replacing, copying = journal.replacing, journal.replacing.copying
    rewrite = rewriting(whose, held, minutes.ends)
    told = journal.begins("Comparing", journal.records)
    await copying.compare(replacing.topic, replacing.aside, journal.ends, rewrite, told)
    if tuple(await copying.ends(replacing.aside, len(minutes.ends))) != minutes.ends:
        raise Refusal(f"Somebody else writes to {replacing.aside}: run the command again.")
    aside = aside_of(JOURNAL.name)
    with closed(await folded(journal, aside, folder / "after.sqlite", "Folding anew")) as other:
        apart = await asyncio.to_thread(lambda: list(islice(compare(store, other), NAMED)))
    if apart:
        where = ", ".join(each.where for each in apart)
        raise Refusal(
            f"The rewritten journal would not come to the same rows ({where}), so the journal is "
            "left as it is: that is a fault of Isthmus, report it."
        )


def rewriting(whose: Whose, held: HeldStrings, ends: tuple[int, ...]) -> Rewrite:
    """Return what each record is to be; the first one says where all partitions end."""
    eraser = Eraser(whose, held)

    def rewrite(partition: int, offset: int, value: bytes | None) -> bytes | None:
        if value is None:
            return None
        after = eraser.erased(value)
        return with_ends(after, ends) if (partition, offset) == (0, 0) else after

    return rewrite


@contextmanager
def closed(store: Store) -> Iterator[Store]:
    """Lend a store, and close it."""
    try:
        yield store
    finally:
        store.close()


def _claim(term: Term, act: Erased, lane: str) -> JournalRecord:
    """Return a claim, so that who wrote before writes no more; in the home lane, with the act."""
    return JournalRecord(term=term, claim=term, lane=lane, at=act.at, facts=(act,) if lane else ())
