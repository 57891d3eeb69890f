"""What makes an invoice whole, or another form of a sale?

A payment, a credit memo applied by one and a deposit on the form itself lower its balance (7,
quickbooks-money.md 2).
"""

from datetime import date, timedelta
from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.applied import applied_on, given_by, payments_on
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.clock import pacific_date
from streams.simulators.quickbooks.currencies import set_currency, valued_sale
from streams.simulators.quickbooks.parts import noted
from streams.simulators.quickbooks.references import known_references
from streams.simulators.quickbooks.refusals import business
from streams.simulators.quickbooks.sales import complete_lines

#: Days of the default term (2.2).
_TERM = 30
_ADDRESSES = ("BillAddr", "ShipAddr")


def complete_sale(book: Book, kind: str, draft: Record, old: Record | None) -> Record:
    """Complete a form of a sale (2.2). Faults 2020, 2220, 2500, 610, 6000, 6070, 6140."""
    complete_lines(book, draft, old)
    known_references(book, draft)
    if "CustomerRef" in draft:
        _address(book, draft, old, book.get("Customer", draft["CustomerRef"]["value"]))
    draft.setdefault("TxnDate", pacific_date(book.now()).isoformat())
    set_currency(book, draft)
    draft.setdefault("ApplyTaxAfterDiscount", False)
    draft.setdefault("PrintStatus", "NeedToPrint")
    draft.setdefault("EmailStatus", "NotSet")
    match kind:
        case "Invoice":
            _complete_invoice(book, draft, old)
        case "CreditMemo":
            used = applied_on(book, (kind, old["Id"])) if old else Decimal(0)
            left = max(cents(draft["TotalAmt"] - used), Decimal(0))
            draft["Balance"] = draft["RemainingCredit"] = left
        case _:
            draft["Balance"] = Decimal(0)
            if old and "LinkedTxn" in old:
                draft["LinkedTxn"] = old["LinkedTxn"]
    return valued_sale(book, draft)


def _complete_invoice(book: Book, draft: Record, old: Record | None) -> None:
    online = book.unseen.online_payment
    for name in ("IPN", "Online", "OnlineCreditCard", "OnlineACH"):
        # What a body leaves out is the company's own preference (quickbooks-money.md 7.1).
        draft.setdefault(f"Allow{name}Payment", online and name.startswith("Online"))
    draft.setdefault("DueDate", _due(book, draft))
    target = ("Invoice", old["Id"] if old else "")
    payments = payments_on(book, target) if old else []
    draft["LinkedTxn"] = [{"TxnId": payment["Id"], "TxnType": "Payment"} for payment in payments]
    down = cents(draft.get("Deposit", Decimal(0)))
    if down < 0 or down > draft["TotalAmt"]:
        raise business("The deposit cannot be greater than the total.")
    if "Deposit" in draft:
        draft["Deposit"] = down
    draft["Balance"] = max(draft["TotalAmt"] - down - given_by(payments, target), Decimal(0))


def _due(book: Book, draft: Record) -> str:
    term = book.find("Term", str((draft.get("SalesTermRef") or {}).get("value"))) or {}
    days = int(term.get("DueDays", _TERM))
    return (date.fromisoformat(draft["TxnDate"]) + timedelta(days=days)).isoformat()


def _address(book: Book, draft: Record, old: Record | None, customer: Record) -> None:
    billing = customer.get("BillAddr")
    for name in _ADDRESSES:
        if name in draft:
            draft[name] = noted(book, draft[name], (old or {}).get(name))
        elif address := customer.get(name) or billing:
            draft[name] = address
