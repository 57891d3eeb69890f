"""What of a payment has no room on its invoices in QuickBooks, and stays on account there?

QuickBooks applies credits by itself, and MediaOS does not know them: an invoice may owe less there
than a payment of MediaOS settles of it.  What it owes is applied, and the rest is told.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from msgspec.structs import replace

from schemas.credit_parts import by_invoice
from schemas.decision_input import DecisionInput, link_key
from schemas.lane_conditions import News, OwesAgain
from schemas.money_words import money_words
from schemas.records import Allocation, Payment
from schemas.state import Park, ParkReason
from schemas.values import ZERO, Kind, RecordRef, Side

#: What invoices of QuickBooks owe there, by id; of those alone that were read.
Owed = Mapping[str, Decimal]


class Fits(Protocol):
    """Leaves out of a value what QuickBooks has no room for, beside what it shows already."""

    def __call__(self, wanted: Any, shown: Any, owed: Owed) -> Any:
        """Return what there is room for."""
        ...


def fitting_links(
    wanted: Sequence[Allocation], shown: Sequence[Allocation], owed: Owed
) -> tuple[Allocation, ...]:
    """Return the links as far as the invoices owe them; what a payment settles now, it may keep.

    Several links of one invoice share what it owes.
    """
    now = by_invoice(shown)
    room = {invoice: balance + now.get(invoice, ZERO) for invoice, balance in owed.items()}
    fitting = []
    for part in wanted:
        amount = min(part.amount, room.get(part.invoice, part.amount))
        if part.invoice in room:
            room[part.invoice] -= amount
        if amount > 0:
            fitting.append(replace(part, amount=amount))
    return tuple(fitting)


def taken_links(asked: Sequence[Allocation], shown: Sequence[Allocation]) -> tuple[Allocation, ...]:
    """Return the links that came back without what QuickBooks has applied besides, unasked.

    Where its company wants that, it applies what a payment has left.  What it applied to one
    invoice in the place of another is none of that, and is compared with what was asked.
    """
    wanted, there = by_invoice(asked), by_invoice(shown)
    if any(there.get(invoice, ZERO) < amount for invoice, amount in wanted.items()):
        return tuple(shown)
    return tuple(Allocation(invoice=each, amount=amount) for each, amount in wanted.items())


def held_back(asked: Payment, shown: Payment, agreed: Payment | None, owed: Owed) -> Payment | None:
    """Return a payment as it was asked for without what is on account in QuickBooks, or None.

    That is what both agreed to leave there, or what the invoice was read to have no room for.
    """
    there = by_invoice(shown.applied)
    known = by_invoice(agreed.on_account) if agreed is not None else {}
    rest = tuple(
        Allocation(invoice=invoice, amount=short)
        for invoice, amount in by_invoice(asked.applied).items()
        if (short := amount - there.get(invoice, ZERO)) > 0
        and (invoice in owed or short <= known.get(invoice, ZERO))
    )
    left = by_invoice(rest)
    due = (
        replace(part, amount=part.amount - left.pop(part.invoice, ZERO)) for part in asked.applied
    )
    if not rest:
        return None
    return replace(asked, applied=tuple(part for part in due if part.amount), on_account=rest)


def on_account_told(asked: Payment, due: Payment, given: DecisionInput) -> Park:
    """Return what to tell of a payment that is not wholly applied; it goes on by itself."""
    wanted = by_invoice(asked.applied)
    parts = [
        f"of {money_words(wanted[part.invoice])} for {given.called(_invoice(part.invoice))} "
        f"{money_words(wanted[part.invoice] - part.amount)} is applied in QuickBooks"
        for part in due.on_account
    ]
    rest = sum((part.amount for part in due.on_account), ZERO)
    return Park(
        reason=ParkReason.ON_ACCOUNT,
        detail=(
            f"{'; '.join(parts)}: a credit or another payment has settled the rest there. "
            f"{money_words(rest)} is on account in QuickBooks, and is applied by itself once the "
            "invoice owes it again"
        ),
        waits_for=tuple(str(OwesAgain(part.invoice)) for part in due.on_account),
    )


def still_on_account(agreed: Payment, shown: Payment) -> tuple[Allocation, ...]:
    """Return what of the agreed rest QuickBooks has not applied by now, whoever has done it."""
    before, there = by_invoice(agreed.applied), by_invoice(shown.applied)
    parts = (
        (part.invoice, before.get(part.invoice, ZERO) + part.amount - there.get(part.invoice, ZERO))
        for part in agreed.on_account
    )
    return tuple(Allocation(invoice=each, amount=left) for each, left in parts if left > 0)


def overpaid(wanted: Payment, shown: Payment | None, to: Side, given: DecisionInput) -> Park | None:
    """Return that invoices of MediaOS were read to owe less than is to settle them, or None.

    What the payment settles there already it may keep.  MediaOS' own money has settled the rest,
    and which of both is too much only a person knows: none of it is put on account by itself.
    """
    if to is Side.QBO:
        return None
    now = by_invoice(shown.applied) if shown is not None else {}
    short = {
        record: (amount, given.open[link_key(record)] + now.get(record.id, ZERO))
        for invoice, amount in by_invoice(wanted.applied).items()
        if link_key(record := RecordRef(to, Kind.INVOICE, invoice)) in given.open
    }
    short = {each: (amount, left) for each, (amount, left) in short.items() if amount > left}
    if not short:
        return None
    parts = (
        f"of {money_words(amount)} for {given.called(each)} MediaOS has {money_words(left)} open"
        for each, (amount, left) in short.items()
    )
    return Park(
        reason=ParkReason.ON_ACCOUNT,
        detail=(
            f"{'; '.join(parts)}: another payment, a credit or a write-off took the rest. If "
            "that is the same money, delete one of the two; if not, apply less of it on one side. "
            "It goes by itself once the invoice owes it"
        ),
        waits_for=(str(News(next(iter(short)))),),
    )


def beyond(wanted: Payment, shown: Payment | None, owed: Owed) -> tuple[RecordRef, ...]:
    """Return the invoices of QuickBooks of which a payment is to settle more than they owe."""
    now = by_invoice(shown.applied) if shown is not None else {}
    return tuple(
        _invoice(invoice)
        for invoice, amount in by_invoice(wanted.applied).items()
        if invoice in owed and amount > owed[invoice] + now.get(invoice, ZERO)
    )


def lacking(asked: Payment, shown: Payment) -> tuple[RecordRef, ...]:
    """Return the invoices of QuickBooks of which it shows less settled than was asked.

    One that has not crossed has no id there.
    """
    there = by_invoice(shown.applied)
    return tuple(
        _invoice(invoice)
        for invoice, amount in by_invoice(asked.applied).items()
        if invoice and amount > there.get(invoice, ZERO)
    )


def _invoice(invoice: str) -> RecordRef:
    return RecordRef(Side.QBO, Kind.INVOICE, invoice)
