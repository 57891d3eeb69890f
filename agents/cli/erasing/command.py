"""Erase a customer's earlier names and texts from the journal, with all workers stopped.

The journal is rewritten aside, compared, and put in its own place.  What is ended in between goes
on by the same command again, from wherever it was left.
"""

import asyncio
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from shlex import quote
from shutil import rmtree
from typing import TYPE_CHECKING, Annotated

import typer

from agents.cli.bars import reading_bar
from agents.cli.console import show_json
from agents.cli.environment import process_settings
from agents.cli.erasing.customer import Customer, HeldStrings, Rows, found, known_tenants
from agents.cli.erasing.passes import (
    Journal,
    closed,
    compared_aside,
    counted,
    folded,
    names_of,
    written_aside,
)
from agents.cli.erasing.report import Report, confirmed, report_of, show
from agents.cli.formatting import plain
from agents.cli.journal_faults import sentences
from agents.cli.lookup import choose_tenant
from agents.cli.options import By, Json, OfSide
from agents.cli.refusal import Refusal
from agents.cli.send_request import who
from agents.process.clock import SystemClock
from agents.rules.erasing.erased import Whose
from agents.view.kept_file import KeptFile
from schemas.erasure_facts import Erased
from schemas.values import Kind, RecordRef, Side
from streams.cluster import Cluster
from streams.journal.store import Store
from streams.kafka.copying import GapsError, NotSameError, Progress
from streams.kafka.minutes import Minutes
from streams.kafka.probe import admin, quiet
from streams.kafka.replacing import (
    Begins,
    Replacing,
    UnderWayError,
    WrittenSinceError,
)
from streams.kafka.rewriting import COMMAND
from streams.kafka.topic_shapes import Topics
from streams.topics import JOURNAL

if TYPE_CHECKING:
    from streams.settings import ProcessSettings

Name = Annotated[str, typer.Argument(metavar="TENANT", help="The tenant whose customer it is.")]
Id = Annotated[str, typer.Argument(metavar="CUSTOMER", help="Its id, as that side shows it.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count what would go, and change nothing.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found: whose data go, out of which journal, and what the fold holds of them."""

    journal: Journal
    customer: Customer
    whose: Whose
    held: HeldStrings
    store: Store
    report: Report


class Erasing:
    """One run of the command; `confirm` is asked before anything is written, and may refuse."""

    def __init__(
        self,
        cluster: Cluster,
        replacing: Replacing,
        folder: Path,
        by: str,
        confirm: Callable[[Report], None],
    ) -> None:
        self._cluster, self._replacing, self._folder = cluster, replacing, folder
        self._by, self._confirm, self._clock = by, confirm, SystemClock()

    async def run(self, tenant: str, record: RecordRef, *, dry_run: bool) -> Report:
        """Erase, or go on with what was begun; say what would go where that is asked."""
        with _emptied(self._folder) as folder:
            left = await self._replacing.left()
            if left is not None and left.minutes is not None:
                # What came since must not be lost: it is rewritten as well, from the beginning.
                with suppress(WrittenSinceError):
                    return await self._go_on(left.minutes, tenant, record, dry_run=dry_run)
            if left is not None and not dry_run:
                await self._replacing.give_up(left)
            return await self._begin(folder, tenant, record, dry_run=dry_run)

    async def _begin(
        self, folder: Path, tenant: str, record: RecordRef, *, dry_run: bool
    ) -> Report:
        with _bars() as begins:
            looked = await self._looked(folder, tenant, record, begins)
        with closed(looked.store):
            if dry_run or not looked.report.records:
                return looked.report
            self._confirm(looked.report)
            with _bars() as begins:
                return await self._erased(replace_begins(looked, begins), folder)

    async def _go_on(
        self, minutes: Minutes, tenant: str, record: RecordRef, *, dry_run: bool
    ) -> Report:
        begun = (minutes.about["tenant"], minutes.about["customer"])
        if begun != (tenant, str(record)) or dry_run:
            raise Refusal(
                f"An erasure of {begun[1]} of tenant {begun[0]} is under way: run it to its end "
                "first, with no other option."
            )
        with _bars() as begins:
            await self._replacing.put_in_place(minutes, begins)
        return report_of(minutes)

    async def _looked(self, folder: Path, tenant: str, record: RecordRef, begins: Begins) -> Looked:
        journal = await self._journal(begins)
        store = await folded(journal, JOURNAL.name, folder / "before.sqlite", "Folding")
        rows = Rows(store)
        customer = found(rows, choose_tenant(known_tenants(rows), tenant), record)
        held = HeldStrings(rows, customer)
        names = await names_of(journal, customer)
        whose = Whose(customer.tenant, customer.lanes, names, secrets.token_bytes(16))
        what = await counted(journal, whose, held)
        report = Report(
            customer=str(record),
            lanes=tuple(sorted(customer.lanes)),
            stays=customer.called,
            all_records=journal.records,
            records=what.records,
            strings=what.strings,
            unread=what.unread,
        )
        return Looked(
            journal=journal,
            customer=customer,
            whose=whose,
            held=held,
            store=store,
            report=report,
        )

    async def _erased(self, looked: Looked, folder: Path) -> Report:
        journal, report = looked.journal, looked.report
        act = Erased(
            document=looked.customer.document,
            records=report.records,
            strings=report.strings,
            by=self._by,
            at=self._clock.now(),
        )
        about = {
            "tenant": looked.customer.tenant,
            "customer": report.customer,
            "lanes": " ".join(report.lanes),
            "records": str(report.records),
            "strings": str(report.strings),
            "unread": str(report.unread),
            COMMAND: _command(looked.customer.tenant, looked.customer.record),
        }
        home, terms = looked.customer.home, iter(_new_id, None)
        minutes = await written_aside(journal, looked.whose, looked.held, act, home, about, terms)
        await compared_aside(journal, looked.whose, looked.held, minutes, looked.store, folder)
        await self._replacing.whole(minutes)
        await self._replacing.put_in_place(minutes, journal.begins)
        return report_of(minutes)

    async def _journal(self, begins: Begins) -> Journal:
        shape = await self._replacing.shape()
        ends = await self._replacing.copying.ends(self._replacing.topic, shape.partitions)
        return Journal(
            cluster=self._cluster,
            replacing=self._replacing,
            ends=tuple(ends),
            clock=self._clock,
            begins=begins,
        )


def replace_begins(looked: Looked, begins: Begins) -> Looked:
    """Return the same, told by another bar: a person was asked in between."""
    return replace(looked, journal=replace(looked.journal, begins=begins))


def erase(
    tenant: Name,
    customer: Id,
    side: OfSide = Side.MEDIAOS,
    dry_run: DryRun = False,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Erase a customer's earlier names and texts from the journal, with all workers stopped."""
    record = RecordRef(side, Kind.CUSTOMER, customer)
    settings, name = process_settings(), who(by)
    with quiet(), sentences(settings.cluster), _said():
        confirm = partial(confirmed, record)
        report = asyncio.run(run(settings, tenant, record, name, confirm, dry_run=dry_run))
    if report.done:
        KeptFile(Path(settings.state_folder), settings.cluster).forget()
    if as_json:
        show_json(plain(asdict(report)))
    else:
        show(report)


async def run(
    settings: "ProcessSettings",
    tenant: str,
    record: RecordRef,
    by: str,
    confirm: Callable[[Report], None],
    *,
    dry_run: bool,
) -> Report:
    """Erase a customer's data with these settings, or count them."""
    async with admin(settings.cluster) as client:
        topics, group = Topics(client), settings.cluster.named(settings.group)

        async def users() -> int:
            return await topics.members(group)

        replacing = Replacing(settings.cluster, JOURNAL.name, topics, users, _new_id())
        folder = Path(settings.state_folder) / settings.cluster.file("erasing")
        erasing = Erasing(settings.cluster, replacing, folder, by, confirm)
        return await erasing.run(tenant, record, dry_run=dry_run)


@contextmanager
def _emptied(folder: Path) -> Iterator[Path]:
    """Lend a folder for what is folded, and delete it; what a run that died has left goes first."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


@contextmanager
def _bars() -> Iterator[Begins]:
    with reading_bar(SystemClock()) as told:

        def begins(what: str, total: int) -> Progress:
            return lambda done: told(what, done, total)

        yield begins


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except (UnderWayError, NotSameError, GapsError) as fault:
        raise Refusal(str(fault)) from fault


def _command(tenant: str, record: RecordRef) -> str:
    """Return by which command this is begun, and goes on."""
    side = "" if record.side is Side.MEDIAOS else f" --side {record.side}"
    return f"isthmus erase {quote(tenant)} {quote(record.id)}{side}"


def _new_id() -> str:
    return uuid.uuid4().hex
