"""Did a side do what we wrote, and did our write leave alone what a person had entered?

The journal keeps what was asked and what the side showed afterwards.  An answer that is taken for
a success says nothing about amounts; and a whole list that is sent replaces what others put there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from agents.audit.findings import Finding, What, finding
from schemas.commands import Command, Create, Remove, Update
from schemas.decision_input import DecisionInput
from schemas.records import CreditMemo, Customer, Invoice, Payment, Record, Refund, Sale
from schemas.values import ZERO, RecordRef, Side

#: What of a record a command can be held to, by the field that it sends.
Asked = dict[str, Decimal]


@dataclass(frozen=True, slots=True)
class Strayed:
    """One amount that is not what it was to be after a write."""

    what: What
    field: str
    expected: Decimal
    found: Decimal

    def told(self, where: RecordRef) -> Finding:
        """Return it as a finding about a record."""
        return finding(self.what, where, self.expected, self.found, self.field)


def strayed(
    command: Command, before: Record | None, after: Record | None, *, untaxed: bool = False
) -> Iterator[Strayed]:
    """Yield each amount that a write did not bring about, or took away from a person.

    `untaxed`: a person has taken the tax off, and it was to go.
    """
    if isinstance(command, Remove) or after is None:
        return
    came = money_of(after)
    for name, asked in _asked(command, after).items():
        # What QuickBooks applies besides is its own; the books tell whether MediaOS has it.
        besides = name == "applied" and came.get(name, ZERO) > asked
        if came.get(name) != asked and not besides:
            yield Strayed(What.NOT_AS_ASKED, name, asked, came.get(name, ZERO))
    if isinstance(command, Update) and command.side is Side.QBO and before is not None:
        for each in _undone(command, before, after):
            if not (untaxed and each.field == "tax"):
                yield each


def is_undone_tax(strayed: Strayed) -> bool:
    """Tell whether a write took a tax away that it did not name."""
    return strayed.what is What.UNDONE and strayed.field == "tax"


def untaxed_by_person(given: DecisionInput) -> bool:
    """Tell whether a person took the tax off: all lines in MediaOS, the customer in QuickBooks."""
    return _unticked(given) or _exempt(given)


def _exempt(given: DecisionInput) -> bool:
    customer = given.survivor if given.merged_into else given.customer
    shown = customer.qbo if customer is not None else None
    return shown is not None and isinstance(shown.record, Customer) and shown.record.exempt


def _unticked(given: DecisionInput) -> bool:
    """Tell whether some line was taxed in MediaOS when both sides agreed, and none is any more."""
    agreed, shown = given.document.agreed, given.document.mediaos
    was = agreed.mediaos if agreed is not None else None
    return _taxed(was) and not _taxed(shown.record if shown is not None else None)


def _taxed(record: Record | None) -> bool:
    return any(line.taxable for line in getattr(record, "lines", ()))


def _asked(command: Create | Update, after: Record) -> Asked:
    """Return the amounts that a command names; an update's totals are the side's to make.

    So is the tax of a new document that says of its lines that they are taxed, and no tax.
    """
    money = money_of(command.record)
    sent = {name: amount for name, amount in money.items() if name in command.fields}
    if isinstance(command, Create) and "total" in money:
        left = after.tax if isinstance(after, Sale) and _left_open(command.record) else ZERO
        return {**sent, "total": money["total"] + left}
    return sent


def _left_open(record: Record) -> bool:
    """Tell whether QuickBooks was asked to work out the tax of what it is told."""
    if not isinstance(record, Sale) or record.tax:
        return False
    return any(line.tax not in {"", "NON"} for line in record.lines)


def money_of(record: Record) -> Asked:
    """Return the amounts of a record, by the names by which a command is held to them."""
    match record:
        case Invoice() | CreditMemo() | Refund():
            lines = sum((line.amount for line in record.lines), ZERO)
            sums = {"tax": record.tax, "discount": record.discount, "total": record.total}
            return {"lines": lines, **sums}
        case Payment():
            return {"amount": record.amount, "applied": _applied(record)}
        case _:
            return {}


def _undone(command: Update, before: Record, after: Record) -> Iterator[Strayed]:
    """Yield what a write took away that it did not name: a person's tax, a credit in a payment."""
    match before, after:
        case Invoice() | CreditMemo() | Refund(), Invoice() | CreditMemo() | Refund():
            if before.tax and not after.tax and "tax" not in command.fields:
                yield Strayed(What.UNDONE, "tax", before.tax, after.tax)
        case Payment(), Payment():
            # Beyond the money that it brings, a payment gives what credits give in it.
            had, has = (max(_applied(each) - each.amount, ZERO) for each in (before, after))
            if has < had:
                yield Strayed(What.UNDONE, "credit", had, has)
        case _:
            return


def _applied(payment: Payment) -> Decimal:
    return sum((part.amount for part in payment.applied), ZERO)
