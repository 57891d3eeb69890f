"""What do invoices of QuickBooks still owe there, that a payment is to settle?

Nobody asks while what is known is enough: a credit that QuickBooks applied shows in the invoice's
balance, or in a refusal.  Then one read of each tells.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from agents.rules.kinds.on_account import Owed, beyond, lacking
from agents.sync.reads import read_or_wait
from schemas.commands import Command, Remove
from schemas.records import Invoice, Payment, Record
from schemas.state import Document, Snapshot
from schemas.values import ZERO, Kind, RecordRef, Side
from streams.effects.effects import Effects
from streams.effects.results import MustWait

#: What a lane waits for that could not read.
WHY = "reading what an invoice still owes"

Find = Callable[[RecordRef], Document | None]


@dataclass(frozen=True, slots=True)
class OpenBalances:
    """Reads balances of invoices."""

    effects: Effects

    async def read(
        self, tenant: str, invoices: Iterable[RecordRef]
    ) -> dict[str, Decimal] | MustWait:
        """Return what these invoices owe, by id; of one that is gone, nothing."""
        owed: dict[str, Decimal] = {}
        remote = self.effects.remote(Side.QBO)
        for each in invoices:
            read = partial(remote.read, tenant, each.kind, each.id)
            reading = await read_or_wait(self.effects, tenant, Side.QBO, read, WHY)
            if isinstance(reading, MustWait):
                return reading
            if isinstance(reading.record, Invoice):
                owed[each.id] = reading.record.balance
        return owed

    async def again(self, tenant: str, document: Document) -> dict[str, Decimal] | MustWait:
        """Return what invoices owe of which a part of a payment is on account."""
        half = document.agreed.qbo if document.agreed is not None else None
        rest = half.on_account if isinstance(half, Payment) else ()
        invoices = (RecordRef(Side.QBO, Kind.INVOICE, part.invoice) for part in rest)
        return await self.read(tenant, invoices)

    async def behind(self, tenant: str, asked: Record, shown: Snapshot | None) -> Owed:
        """Return what invoices owe of which QuickBooks shows less settled than was asked.

        What cannot be read now is taken for settled: nothing is taken off in MediaOS for it.
        """
        there = shown.record if shown is not None else None
        if not isinstance(asked, Payment) or not isinstance(there, Payment):
            return {}
        invoices = lacking(asked, there)
        owed = await self.read(tenant, invoices)
        if isinstance(owed, MustWait):
            return dict.fromkeys((each.id for each in invoices), ZERO)
        return owed


def settled_in_qbo(command: Command) -> tuple[RecordRef, ...]:
    """Return the invoices of QuickBooks that a write of a payment is to settle."""
    if command.side is not Side.QBO or isinstance(command, Remove):
        return ()
    if not isinstance(command.record, Payment) or "applied" not in command.fields:
        return ()
    named = dict.fromkeys(part.invoice for part in command.record.applied)
    return tuple(RecordRef(Side.QBO, Kind.INVOICE, each) for each in named)


def over(
    command: Command, shown: Snapshot | None, owed: Mapping[str, Decimal]
) -> tuple[RecordRef, ...]:
    """Return the invoices of which a write is to settle more than they owe."""
    if not settled_in_qbo(command) or isinstance(command, Remove):
        return ()
    there = shown.record if shown is not None else None
    record = command.record
    if not isinstance(record, Payment):
        return ()
    return beyond(record, there if isinstance(there, Payment) else None, owed)


def balances(invoices: Iterable[RecordRef], find: Find) -> dict[str, Decimal]:
    """Return what these invoices owe by what is known of them, by id."""
    known = {each.id: _balance(find(each)) for each in invoices}
    return {each: balance for each, balance in known.items() if balance is not None}


def _balance(document: Document | None) -> Decimal | None:
    shown = document.qbo if document is not None else None
    return shown.record.balance if shown and isinstance(shown.record, Invoice) else None
