"""Does a state store say what the journal says?  Made anew beside it, and compared.

An empty store is simply made.  One in use is compared as it stood at the start: the journal is
folded to exactly those positions, so a worker may go on meanwhile without a false alarm, unless it
writes into the very rows that are being compared, which is said.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from agents.cli.bars import folding_bar
from agents.cli.console import show_json
from agents.cli.environment import process_settings
from agents.cli.exit_status import ExitStatus
from agents.cli.formatting import plain, say, show_line
from agents.cli.journal_faults import sentences
from agents.cli.options import Json
from agents.cli.refusal import Refusal
from agents.process.clock import SystemClock
from agents.rules.value_words import number_words
from agents.view.folding import Folding
from schemas.envelope import JournalRecord
from streams.cluster import Cluster
from streams.journal.fold import Checkpoint
from streams.journal.rebuild import Difference, Rebuilt, compare, rebuild
from streams.journal.store import Store
from streams.kafka.log import KafkaLog
from streams.kafka.probe import quiet
from streams.ports import Clock, Log, LogRecord
from streams.topics import JOURNAL

#: Enough to see what is wrong; a store that differs is made again anyway.
MOST_DIFFERENCES = 100

StateUrl = Annotated[
    str | None,
    typer.Option(
        help="The store to make or to compare; else the one that ISTHMUS_STATE_URL names."
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was folded, how fast, and how the store in use differs (None: there was none)."""

    records: int
    facts: int
    dropped: int
    seconds: float
    facts_per_second: int
    behind: int
    differences: tuple[Difference, ...] | None


class UpTo:
    """A log that ends where a store stands."""

    def __init__(self, log: Log, ends: Mapping[int, int]) -> None:
        self._log = log
        self._ends = ends

    async def append(self, partition: int, key: bytes, value: bytes) -> int:
        """Append as the log does; a rebuild never does."""
        return await self._log.append(partition, key, value)

    async def read(self, timeout_seconds: float) -> Sequence[LogRecord]:
        """Return the next records that stand before the end."""
        found = await self._log.read(timeout_seconds)
        return [each for each in found if each.offset < self._ends.get(each.partition, 0)]

    async def ends(self) -> Mapping[int, int]:
        """Return where this log ends."""
        return self._ends

    def start_at(self, positions: Mapping[int, int]) -> None:
        """Read every partition from these offsets on."""
        self._log.start_at(positions)


class CountedFolding(Folding):
    """The journal's meaning, which counts the facts that it reads."""

    def __init__(self) -> None:
        self.facts = 0

    def decode(self, value: bytes) -> JournalRecord:
        """Read one record of the journal."""
        record = super().decode(value)
        self.facts += len(record.facts)
        return record


def rebuild_(state_url: StateUrl = None, as_json: Json = False) -> None:
    """Fold the journal anew; compare with the store in use, exit code 1 when they differ."""
    settings = process_settings()
    with quiet(), sentences(settings.cluster):
        report = asyncio.run(_rebuild(settings.cluster, state_url or settings.state_url))
    if as_json:
        show_json(plain(asdict(report)))
    else:
        _show(report)
    if report.differences:
        raise typer.Exit(ExitStatus.NO)


async def made_anew(log: Log, present: Store, clock: Clock, folder: Path) -> Report:
    """Fold into the present store where it is empty, else beside it in `folder`, and compare."""
    checkpoints = await asyncio.to_thread(present.checkpoints)
    ends = await log.ends()
    if not checkpoints:
        return await _folded(log, present, clock, partitions=len(ends))
    upto = {partition: checkpoints.get(partition, Checkpoint()).position for partition in ends}
    _refuse_ahead(upto, ends)
    fresh = Store(f"sqlite:///{folder / 'fresh.sqlite'}")
    try:
        report = await _folded(UpTo(log, upto), fresh, clock, partitions=len(ends))
        found = await asyncio.to_thread(_differences, fresh, present)
    finally:
        fresh.close()
    if await asyncio.to_thread(present.checkpoints) != checkpoints:
        raise Refusal(
            "The store was written to while it was compared: stop its worker, or try again when "
            "less is going on."
        )
    behind = sum(ends.values()) - sum(upto.values())
    return replace(report, behind=behind, differences=found)


async def _rebuild(cluster: Cluster, address: str) -> Report:
    log = KafkaLog(cluster, JOURNAL.name)
    try:
        await log.start()
        present = _opened(address)
        try:
            with TemporaryDirectory() as folder:
                return await made_anew(log, present, SystemClock(), Path(folder))
        finally:
            present.close()
    finally:
        await log.stop()


def _opened(address: str) -> Store:
    try:
        return Store(address)
    except OSError as fault:
        raise Refusal(
            f"The state store's folder cannot be made ({fault.strerror}): name another by "
            "--state-url or ISTHMUS_STATE_URL."
        ) from fault


async def _folded(log: Log, store: Store, clock: Clock, *, partitions: int) -> Report:
    folding = CountedFolding()
    began = clock.monotonic()
    with folding_bar(clock, lambda: folding.facts) as progress:
        done = await rebuild(log, folding, store, clock, partitions=partitions, progress=progress)
    return _report(done, clock.monotonic() - began)


def _report(done: Rebuilt, seconds: float) -> Report:
    return Report(
        records=done.records,
        facts=done.facts,
        dropped=done.dropped,
        seconds=round(seconds, 3),
        facts_per_second=round(done.facts / seconds) if seconds else 0,
        behind=0,
        differences=None,
    )


def _differences(fresh: Store, present: Store) -> tuple[Difference, ...]:
    return tuple(islice(compare(fresh, present), MOST_DIFFERENCES))


def _refuse_ahead(checkpoints: Mapping[int, int], ends: Mapping[int, int]) -> None:
    for partition, position in checkpoints.items():
        if position > ends[partition]:
            raise Refusal(
                f"The store has partition {partition} of the journal up to record {position}, and "
                f"the journal ends at {ends[partition]}: it belongs to another journal, so name "
                "that one's brokers, or another store."
            )


def _show(report: Report) -> None:
    say(
        f"Folded {report.facts} facts of {report.records} records in {report.seconds:.1f} s "
        f"({report.facts_per_second:,} facts/s); {report.dropped} records did not count."
    )
    if report.behind:
        behind = number_words(report.behind, "record")
        say(f"The store is {behind} behind the journal; compared as far as it is.")
    if report.differences is None:
        say("The store was empty and is made.")
    elif not report.differences:
        say("Identical: the store says what the journal says.")
    else:
        _show_differences(report.differences)


def _show_differences(differences: tuple[Difference, ...]) -> None:
    more = " or more" if len(differences) == MOST_DIFFERENCES else ""
    found = f"{number_words(len(differences), 'difference')}{more}"
    say(f"{found}; stop the worker and empty the store, and it is made again:")
    for each in differences:
        show_line(f"  {each.where}")
        show_line(f"    journal: {each.one}")
        show_line(f"    store:   {each.other}")
