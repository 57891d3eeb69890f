"""Does the money of a record add up, and is it the same on both sides, to the cent?

Pure arithmetic of one kind's records, in words for an accountant: what a publisher says that is not
the sum of its parts, what QuickBooks cannot hold, and where it shows another figure than it was
asked for (accepted is not applied, quickbooks-money.md 0).
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from agents.rules.wording import Called, by_id
from schemas.credit_parts import by_invoice
from schemas.kinds import kind_of
from schemas.money_words import money_words
from schemas.records import Invoice, Line, Payment, Sale
from schemas.values import ZERO, Kind, RecordRef, Side, cents

#: Why QuickBooks takes none below zero, and what helps: what it has had as one kind of document, or
#: may have, stays that, also where it is gone there by now.
_BELOW_ZERO = {
    Kind.INVOICE: (
        "its total is {}, and QuickBooks takes no negative invoice; what was an invoice becomes no "
        "credit: delete it in MediaOS, and credit it there by a credit memo, or by a new invoice "
        "that is below zero from the start"
    ),
    Kind.CREDIT_MEMO: (
        "as a credit memo it would come to {}, and QuickBooks takes no negative credit memo; what "
        "was a credit becomes no invoice: delete it in MediaOS and bill it there anew, or have it "
        "be a credit again"
    ),
    Kind.REFUND: (
        "its total is {}, and QuickBooks takes no negative refund: delete it in MediaOS, and bill "
        "what is owed there"
    ),
}
#: Rounding and tax may differ by so much, which stays as it is and is shown as a variance.
A_CENT = Decimal("0.01")
#: What MediaOS holds of a quantity and of a price (its contract).
DECIMALS, MOST = 5, Decimal(10**9)


def sale_unsayable(sale: Sale) -> str | None:
    """Return why QuickBooks could not be told a sale of MediaOS, or None."""
    lines = subtotal(sale)
    if not sale.lines:
        return f"it has no lines, and QuickBooks takes no {_called(sale)} without one"
    if sale.total < 0:
        return _BELOW_ZERO[kind_of(sale)].format(money_words(sale.total))
    if sale.discount < 0:
        return (
            f"its discount of {money_words(-sale.discount)} would make a credit larger, and "
            "QuickBooks takes none that does: make it a line in MediaOS"
        )
    if sale.discount > lines:
        return (
            f"its discount of {money_words(sale.discount)} is more than its lines, "
            f"which come to {money_words(lines)}"
        )
    return _not_its_sum(sale)


def _not_its_sum(sale: Sale) -> str | None:
    lines = subtotal(sale)
    due = lines + sale.tax - sale.discount
    if due == sale.total:
        return None
    return (
        f"its total of {money_words(sale.total)} is not what it adds up to: lines "
        f"{money_words(lines)}, tax {money_words(sale.tax)}, discount {money_words(sale.discount)} "
        f"make {money_words(due)}, a difference of {money_words(sale.total - due)}"
    )


def _called(sale: Sale) -> str:
    return kind_of(sale).called


def subtotal(sale: Sale) -> Decimal:
    """Return what the lines of a sale come to."""
    return sum((line.amount for line in sale.lines), ZERO)


def sale_unsayable_here(sale: Sale) -> str | None:
    """Return why MediaOS could not be told a sale of QuickBooks, or None."""
    if not sale.lines:
        return "it sells nothing: no line of it names an item"
    if sale.discount < 0:
        return f"its discount is {money_words(sale.discount)}: a discount is never negative"
    return next(filter(None, map(_line_unsayable, sale.lines)), None) or _not_its_sum(sale)


def _line_unsayable(line: Line) -> str | None:
    """Return what of a line MediaOS reckons or holds otherwise: quantity by price, in cents."""
    reckoned = cents(line.quantity * line.unit_price)
    if reckoned != line.amount:
        return (
            f"a line of {money_words(line.amount)} is {line.quantity} at {line.unit_price}, which "
            f"MediaOS reckons as {money_words(reckoned)}"
        )
    odd = next((each for each in (line.quantity, line.unit_price) if not _held_there(each)), None)
    if odd is not None:
        return f"a line has {odd}, and MediaOS holds {DECIMALS} decimals of numbers below 10^9"
    return None


def _held_there(number: Decimal) -> bool:
    return abs(number) < MOST and number == number.quantize(Decimal(1).scaleb(-DECIMALS))


def payment_unsayable(payment: Payment) -> str | None:
    """Return why the other side could not be told a payment, or None."""
    applied = sum((part.amount for part in payment.applied), ZERO)
    if payment.refunded:
        return f"it was refunded in MediaOS on {payment.refunded}: record the refund in QuickBooks"
    if payment.amount < 0:
        return f"its amount is {money_words(payment.amount)}: a payment is never negative"
    if any(part.amount <= 0 for part in payment.applied):
        return "a part of it that settles an invoice is not above zero"
    if applied > payment.amount:
        return (
            f"it settles {money_words(applied)} in all, more than its amount of "
            f"{money_words(payment.amount)}"
        )
    return None


def invoice_hangs_on(shown: Invoice, by_payments: Decimal | None) -> str | None:
    """Return what is settled of an invoice besides what known payments apply to it, or None.

    Without those, whatever is.
    """
    rest = shown.total - shown.balance - (by_payments or ZERO)
    by = "payments or credits" if by_payments is None else "what is not known here"
    return f"{money_words(rest)} settled by {by}" if rest > 0 else None


def payment_hangs_on(shown: Payment, _by_payments: Decimal | None) -> str | None:
    """Return what of a payment is somebody's bookkeeping, or None."""
    if shown.refunded:
        return f"a refund of {shown.refunded}"
    if back := shown.returned or shown.charged:
        return (
            f"{money_words(back)} against a journal entry or an expense, as a returned payment has"
        )
    credited = sum((part.amount for part in shown.credits), ZERO)
    return f"credits of {money_words(credited)}, which it applies" if credited else None


def sale_gap(asked: Sale, shown: Sale) -> str | None:
    """Return how QuickBooks' figures of a sale differ from MediaOS's, or None.

    Not by a cent where it was to keep the tax that MediaOS has printed.
    """
    apart = shown.total - asked.total
    if abs(apart) > (0 if asked.printed else A_CENT):
        tax = (
            f" (tax {money_words(asked.tax)} and {money_words(shown.tax)})"
            if asked.tax != shown.tax
            else ""
        )
        return (
            f"MediaOS has a total of {money_words(asked.total)} and QuickBooks one of "
            f"{money_words(shown.total)}, a difference of {money_words(apart)}{tax}"
        )
    return None


def sale_variance(asked: Sale, shown: Sale) -> str | None:
    """Return by how much the totals differ that count as the same, in words; None where equal."""
    apart = shown.total - asked.total
    if not apart:
        return None
    return (
        f"a variance of {money_words(apart)}, by tax or rounding: MediaOS has a total of "
        f"{money_words(asked.total)} and QuickBooks one of {money_words(shown.total)}"
    )


def sale_parts_gap(asked: Sale, shown: Sale, called: Called = by_id) -> str | None:
    """Return where QuickBooks has another customer or line than it was asked for, or None."""
    if asked.customer != shown.customer:
        one, other = (
            called(RecordRef(Side.QBO, Kind.CUSTOMER, each)) if each else "no customer"
            for each in (shown.customer, asked.customer)
        )
        return f"it is for {one} in QuickBooks, and was for {other}"
    return _line_gap(asked.lines, shown.lines)


def payment_gap(asked: Payment, shown: Payment) -> str | None:
    """Return how QuickBooks' figures of a payment differ from MediaOS's, or None."""
    if asked.amount != shown.amount:
        return (
            f"MediaOS has an amount of {money_words(asked.amount)} and QuickBooks one of "
            f"{money_words(shown.amount)}, a difference of "
            f"{money_words(shown.amount - asked.amount)}"
        )
    return None


def payment_variance(asked: Payment, shown: Payment) -> str | None:
    """Return that a payment which MediaOS gave back stands in QuickBooks, or None."""
    if not asked.refunded or not shown.amount:
        return None
    return (
        f"refunded in MediaOS on {asked.refunded}: record the refund of "
        f"{money_words(shown.amount)} in QuickBooks"
    )


def payment_parts_gap(asked: Payment, shown: Payment, called: Called = by_id) -> str | None:
    """Return where QuickBooks has applied another amount than it was asked for, or None."""
    return "; ".join(_link_gaps(asked, shown, called)) or None


def _line_gap(asked: tuple[Line, ...], shown: tuple[Line, ...]) -> str | None:
    # By amount alone: a product may have been mapped to another item since.  What QuickBooks has
    # besides comes to nothing, since the totals are the same.
    wanted, there = (sorted(line.amount for line in lines) for lines in (asked, shown))
    if not Counter(wanted) - Counter(there):
        return None
    return (
        f"its lines are of {', '.join(map(money_words, wanted))} in MediaOS and of "
        f"{', '.join(map(money_words, there))} in QuickBooks"
    )


def _link_gaps(asked: Payment, shown: Payment, called: Called) -> Iterator[str]:
    wanted, there = by_invoice(asked.applied), by_invoice(shown.applied)
    for invoice, amount in wanted.items():
        found = there.get(invoice, ZERO)
        if found != amount:
            yield (
                f"MediaOS applies {money_words(amount)} to "
                f"{called(RecordRef(Side.QBO, Kind.INVOICE, invoice))}, "
                f"and QuickBooks has {money_words(found)} of it applied"
            )
