"""What do the lines of a sale add up to?

The subtotal is a line of its own that the server writes and a client need not send (2.2), and a
total is never below zero (quickbooks-money.md 1).
"""

from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.bundles import leaves
from streams.simulators.quickbooks.refusals import business, missing
from streams.simulators.quickbooks.sale_lines import (
    DISCOUNT,
    discount_line,
    number_lines,
    sold_line,
)
from streams.simulators.quickbooks.tax import code_lines, tax_of

_SUBTOTAL = "SubTotalLineDetail"
#: What a total depends on.
_MONEY = ("Line", "TxnTaxDetail", "ApplyTaxAfterDiscount", "GlobalTaxCalculation")


def complete_lines(book: Book, draft: Record, old: Record | None) -> None:
    """Set lines, tax and total of a sale. Faults 2020, 2500, 610, 6000, 6070 and those of tax."""
    untouched = old is not None and all(draft.get(name) is old.get(name) for name in _MONEY)
    sent = [line for line in draft["Line"] if line.get("DetailType") != _SUBTOTAL]
    if not sent:
        raise missing("Line")
    kept = [sold_line(book, line) for line in sent if line.get("DetailType") != DISCOUNT]
    if old is not None and untouched:
        # Its references were looked at; nothing that it adds up to can have moved.
        draft.update({name: old[name] for name in ("Line", "TxnTaxDetail", "TotalAmt")})
        return
    number_lines(kept, old)
    _add_up(book, draft, kept, [line for line in sent if line["DetailType"] == DISCOUNT], old)


def _add_up(
    book: Book, draft: Record, kept: list[Record], sent: list[Record], old: Record | None
) -> None:
    sold = list(leaves(kept))
    code_lines(book, draft, sold)
    subtotal = cents(sum((line.get("Amount", Decimal(0)) for line in sold), Decimal(0)))
    discounts = [discount_line(book, line, subtotal) for line in sent]
    shown = {"Amount": subtotal, "DetailType": _SUBTOTAL, _SUBTOTAL: {}}
    draft["Line"] = [*kept, shown, *discounts]
    draft["TxnTaxDetail"] = tax_of(book, draft, sold, discounts, _asked_tax(draft, old))
    taken_off = sum((line["Amount"] for line in discounts), Decimal(0))
    if taken_off > max(subtotal, Decimal(0)):
        raise business("The discount cannot be greater than the subtotal.")
    draft["TotalAmt"] = cents(subtotal - taken_off + draft["TxnTaxDetail"]["TotalTax"])
    if draft["TotalAmt"] < 0:
        raise business("The transaction amount must be 0 or greater.")


def _asked_tax(draft: Record, old: Record | None) -> Record:
    """Return the tax that a body asks for; of one that it does not name the code alone stays."""
    tax: Record = draft.get("TxnTaxDetail") or {}
    if old is not None and tax is old.get("TxnTaxDetail"):
        return {name: tax[name] for name in ("TxnTaxCodeRef",) if name in tax}
    return tax
