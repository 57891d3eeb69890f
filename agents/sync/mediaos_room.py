"""What do invoices of MediaOS still owe there, that a payment of QuickBooks is to settle?

MediaOS applies no more to one than that.  Nobody asks while what is known is enough; then one read
of each tells, since what is known may be what was owed before a payment went.
"""

from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from agents.sync.reads import read_or_wait
from agents.view.lane_context import LaneContext
from agents.view.lane_view import LaneView
from schemas.commands import Command, Remove
from schemas.credit_parts import by_invoice, left_of
from schemas.decision_input import DecisionInput, link_key
from schemas.decisions import Decision, Send
from schemas.records import Payment
from schemas.state import Document
from schemas.values import ZERO, Kind, RecordRef, Side
from streams.effects.effects import Effects
from streams.effects.results import MustWait

WHY = "reading what an invoice still owes"


@dataclass(frozen=True, slots=True)
class MediaosRoom:
    """Reads invoices that are known to owe less than is to settle them."""

    effects: Effects

    async def before(
        self, context: LaneContext, view: LaneView, given: DecisionInput, answer: Decision
    ) -> DecisionInput:
        """Return the input with what these invoices owe; the same one where none is short.

        What cannot be read now is left to MediaOS to refuse.
        """
        short = await context.at_hand(lambda: _short(given.document, answer, view))
        for each in short:
            read = partial(self.effects.remote(Side.MEDIAOS).read, given.tenant, each.kind, each.id)
            reading = await read_or_wait(self.effects, given.tenant, Side.MEDIAOS, read, WHY)
            left = None if isinstance(reading, MustWait) else left_of(reading.record)
            if left is not None:
                given = replace(given, open={**given.open, link_key(each): left})
        return given


def _short(document: Document, answer: Decision, view: LaneView) -> tuple[RecordRef, ...]:
    """Return the invoices of MediaOS that owe less, by what is known, than a write applies."""
    command = answer.command if isinstance(answer, Send) else None
    if command is None or not _applies(command):
        return ()
    shown = document.mediaos.record if document.mediaos is not None else None
    kept = by_invoice(shown.applied) if isinstance(shown, Payment) else {}
    asked = command.record if not isinstance(command, Remove) else None
    wanted = by_invoice(asked.applied) if isinstance(asked, Payment) else {}
    named = {RecordRef(Side.MEDIAOS, Kind.INVOICE, each): each for each in wanted}
    found = {record: view.find(record) for record in named}
    left = {
        record: left_of(there.mediaos.record)
        for record, there in found.items()
        if there is not None and there.mediaos is not None
    }
    return tuple(
        record
        for record, open_ in left.items()
        if open_ is not None and wanted[record.id] > open_ + kept.get(record.id, ZERO)
    )


def _applies(command: Command) -> bool:
    if command.side is not Side.MEDIAOS or isinstance(command, Remove):
        return False
    return command.kind is Kind.PAYMENT and "applied" in command.fields
