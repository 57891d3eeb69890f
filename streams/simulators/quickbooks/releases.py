"""What becomes of payments when a document shrinks, is voided or goes away?

They give back what it can no longer hold, newest first, and credits that stood against it are open
again (quickbooks-money.md 0, 1). A payment stays as the customer's money, not applied.
"""

from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.applied import (
    Target,
    applied_on,
    is_credit,
    payments_on,
    targets_of,
    used_money,
)
from streams.simulators.quickbooks.book import Book, Record


def release_excess(
    book: Book, target: Target, most: Decimal, *, by: str | None = None
) -> list[tuple[Record, Record]]:
    """Cut what payments hold of a document to `most`; return those payments, old and new."""
    changed = []
    excess = applied_on(book, target, by=by) - most
    for payment in reversed(payments_on(book, target, by=by)):
        given = targets_of(payment)[target]
        if most and excess <= 0:
            break
        back = given if not most else min(given, excess)
        excess -= back
        lines = _cut(payment["Line"], target, back)
        changed.append((payment, _settled(book, payment, lines)))
    return changed


def _settled(book: Book, payment: Record, lines: list[Record]) -> Record:
    """Store a payment with lines that its total and its credits can carry."""
    customer, total = payment["CustomerRef"]["value"], payment["TotalAmt"]
    memos = [one for one in targets_of({"Line": lines}) if is_credit(book, one, customer)]
    lines = _lowered(lines, memos, -used_money(book, lines, customer))
    charges = [one for one in targets_of({"Line": lines}) if one not in memos]
    lines = _lowered(lines, charges, used_money(book, lines, customer) - total)
    unapplied = cents(total - used_money(book, lines, customer))
    return book.replace("Payment", payment, {**payment, "Line": lines, "UnappliedAmt": unapplied})


def _lowered(lines: list[Record], targets: list[Target], excess: Decimal) -> list[Record]:
    for target in reversed(targets):
        if excess <= 0:
            return lines
        back = min(targets_of({"Line": lines})[target], excess)
        excess -= back
        lines = _cut(lines, target, back)
    return lines


def _cut(lines: list[Record], target: Target, back: Decimal) -> list[Record]:
    """Return the lines with that much less on a document, the last line of it first."""
    kept: list[Record] = []
    for line in reversed(lines):
        if target not in targets_of({"Line": [line]}):
            kept.append(line)
            continue
        less = min(line["Amount"], back)
        back -= less
        if line["Amount"] > less:
            kept.append({**line, "Amount": cents(line["Amount"] - less)})
    return kept[::-1]
