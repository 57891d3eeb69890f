"""What is left in QuickBooks of the credits that are to be applied there, and what is owed?

It is read before every write: QuickBooks may have applied a credit by itself, and applies no credit
twice.  Where it has done what we were about to do, that payment is taken for ours; where it has
used the credit on something else, it is named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from agents.rules.kinds.credit_application import lacking_room
from agents.sync.reads import read_or_wait
from agents.view.lane_context import LaneContext
from agents.view.lane_view import LaneView
from schemas.commands import Command, Create, Remove
from schemas.credit_parts import by_credit, by_invoice, left_of, same_sums
from schemas.decision_input import DecisionInput, link_key
from schemas.decisions import Decision, Send
from schemas.kinds import number_of
from schemas.money_words import money_words
from schemas.records import CreditApplication, Record
from schemas.values import Kind, RecordRef, Side
from streams.effects.effects import Effects
from streams.effects.results import MustWait
from streams.ports import Reading

#: What a lane waits for that could not read.
WHY = "reading what is left of a credit"


@dataclass(frozen=True, slots=True)
class CreditRoom:
    """Reads credit memos and invoices that an application names."""

    effects: Effects

    async def before(
        self, context: LaneContext, view: LaneView, given: DecisionInput, answer: Decision
    ) -> DecisionInput | Reading | MustWait:
        """Return what there is room for, or the payment that has done it, or that nobody knows.

        Nobody knows while it cannot be read: then nothing is decided, and the lane waits.
        """
        asked = applied_by_us(answer)
        if asked is None or not isinstance(answer, Send) or _is_read(asked, given):
            return given
        for each in _named(asked):
            read = partial(self.effects.remote(Side.QBO).read, given.tenant, each.kind, each.id)
            reading = await read_or_wait(self.effects, given.tenant, Side.QBO, read, WHY)
            if isinstance(reading, MustWait):
                return reading
            left = left_of(reading.record)
            if left is not None:
                given = replace(given, open={**given.open, link_key(each): left})
        shown = given.document.qbo.record if given.document.qbo is not None else None
        there = shown if isinstance(shown, CreditApplication) else None
        if lacking_room(asked, there, Side.QBO, given) is None:
            return given
        return await self._used(context, view, given, answer.command, asked)

    async def _used(
        self,
        context: LaneContext,
        view: LaneView,
        given: DecisionInput,
        command: Command,
        asked: CreditApplication,
    ) -> DecisionInput | Reading | MustWait:
        """Return what has used the credit: the same as was asked, or in words something else."""
        if not isinstance(command, Create):
            return given
        look = partial(self.effects.remote(Side.QBO).look, given.tenant, command)
        found = await read_or_wait(self.effects, given.tenant, Side.QBO, look, WHY)
        if isinstance(found, MustWait):
            return found
        others = {
            RecordRef(Side.QBO, each.kind, each.id): each
            for each in found
            if _takes_of(each.record, asked)
        }
        await context.look_at((*others, *_invoices(others.values())))
        for record, each in others.items():
            linked = await context.at_hand(partial(view.find, record))
            if (linked is None or linked.agreed is None) and _is_it(each.record, asked):
                return each
        numbers = dict(given.numbers)
        for invoice in _invoices(others.values()):
            there = await context.at_hand(partial(view.find, invoice))
            number = number_of(there.qbo.record) if there is not None and there.qbo else None
            numbers |= {link_key(invoice): number} if number else {}
        given = replace(given, numbers=numbers)
        return replace(given, used=_told(given, asked, list(others.values())))


def applied_by_us(answer: Decision) -> CreditApplication | None:
    """Return what a decision is about to apply in QuickBooks, None where it applies nothing."""
    command = answer.command if isinstance(answer, Send) else None
    if command is None or isinstance(command, Remove) or command.side is not Side.QBO:
        return None
    record = command.record
    applies = isinstance(record, CreditApplication) and record.parts and "parts" in command.fields
    return record if applies and isinstance(record, CreditApplication) else None


def _is_read(asked: CreditApplication, given: DecisionInput) -> bool:
    return any(link_key(each) in given.open for each in _named(asked))


def _named(asked: CreditApplication) -> Iterator[RecordRef]:
    yield from (RecordRef(Side.QBO, Kind.CREDIT_MEMO, each) for each in by_credit(asked.parts))
    yield from (RecordRef(Side.QBO, Kind.INVOICE, each) for each in by_invoice(asked.parts))


def _invoices(found: Iterable[Reading]) -> tuple[RecordRef, ...]:
    records = (each.record for each in found)
    parts = (p for each in records if isinstance(each, CreditApplication) for p in each.parts)
    return tuple(dict.fromkeys(RecordRef(Side.QBO, Kind.INVOICE, each.invoice) for each in parts))


def _is_it(record: Record | None, asked: CreditApplication) -> bool:
    """Tell whether a payment without money does all that was asked, and nothing else."""
    if not isinstance(record, CreditApplication) or record.amount or record.money:
        return False
    return same_sums(record.parts, asked.parts)


def _takes_of(record: Record | None, asked: CreditApplication) -> bool:
    memos = by_credit(asked.parts)
    return isinstance(record, CreditApplication) and any(p.credit in memos for p in record.parts)


def _told(given: DecisionInput, asked: CreditApplication, others: list[Reading]) -> str:
    memos = by_credit(asked.parts)
    used = [
        part
        for each in others
        if isinstance(each.record, CreditApplication)
        for part in each.record.parts
        if part.credit in memos
    ]
    if not used:
        return ""
    on = ", ".join(
        f"{_called(given, part.invoice)} with {money_words(part.amount)}" for part in used
    )
    wanted = by_invoice(asked.parts)
    if all(part.invoice in wanted for part in used):
        remedy = "Have both sides apply the same of it to that invoice"
    else:
        to = ", ".join(_called(given, invoice) for invoice in wanted)
        remedy = f"Apply it there to {to}"
    return (
        f"the credit is already used in QuickBooks on {on}. {remedy}, or switch off that credits "
        "are applied automatically (Account and settings, Advanced, Automation)"
    )


def _called(given: DecisionInput, invoice: str) -> str:
    return given.called(RecordRef(Side.QBO, Kind.INVOICE, invoice))
