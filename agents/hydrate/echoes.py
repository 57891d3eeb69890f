"""Which notices are hardly news, since what we know of explains them?

A write of ours comes back as a notice, and moves more than its own record: a payment the balance
of its invoices, and each document that of its customer (quickbooks-online.md 2.3 b).  So does what
others do, once it was read.  QuickBooks tells times to the second, and nobody can be sure that
nothing else has happened within one: so what is explained is read all the same, only later.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from schemas.command_facts import CommandApplied
from schemas.envelope import JournalRecord
from schemas.facts import Seen
from schemas.identity import tenant_of
from schemas.kinds import KINDS, Anchor, customer_of, refs_of
from schemas.records import Record
from schemas.values import Kind, Side

#: What moves with another record does so in its second, or in the next one.
MOVES_WITHIN = timedelta(seconds=1)
#: Kinds whose records move with others: by what they owe, or by what is left of them.
MOVED_BY_OTHERS = frozenset({Kind.CUSTOMER, Kind.INVOICE, Kind.CREDIT_MEMO})
#: Records that are remembered by when they moved last.
REMEMBERED = 10_000


class Name(NamedTuple):
    """A record of QuickBooks, as a notice names it."""

    tenant: str
    kind: Kind
    id: str


class Echoes:
    """What moved in QuickBooks of late, by all that the journal tells; a watcher of it."""

    def __init__(self) -> None:
        self._moved: OrderedDict[Name, datetime] = OrderedDict()

    def folded(self, _partition: int, record: JournalRecord, _changed: Sequence[str]) -> None:
        """Note what moved."""
        if not record.lane:
            return
        tenant = tenant_of(record.lane)
        for fact in record.facts:
            match fact:
                case CommandApplied(side=Side.QBO, kind=kind):
                    self._note(Name(tenant, KINDS[kind].within or kind, fact.id), fact.at)
                    self._note_others(tenant, fact.record, fact.at)
                case Seen(change=change) if change.side is Side.QBO:
                    self._note_others(tenant, change.record, change.at)

    def explain(self, name: Name, at: datetime) -> bool:
        """Tell whether it is known why a record has changed at that time."""
        moved = self._moved.get(name)
        since = at.replace(microsecond=0)
        return moved is not None and moved <= since <= moved + MOVES_WITHIN

    def _note_others(self, tenant: str, record: Record | None, at: datetime) -> None:
        for kind, record_id in _moved_by(record):
            self._note(Name(tenant, kind, record_id), at)

    def _note(self, moved: Name, at: datetime) -> None:
        self._moved[moved] = at.replace(microsecond=0)
        self._moved.move_to_end(moved)
        if len(self._moved) > REMEMBERED:
            self._moved.popitem(last=False)


def _moved_by(record: Record | None) -> Iterator[tuple[Kind, str]]:
    """Yield what a document of QuickBooks moves: its customer, and what it settles."""
    customer = customer_of(record)
    if record is None or customer is None:
        return
    yield Kind.CUSTOMER, customer
    for each in refs_of(record, Side.QBO):
        if KINDS[each.kind].anchor is Anchor.CUSTOMER:
            yield each.kind, each.id
