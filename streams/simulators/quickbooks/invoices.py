"""What makes an invoice whole, and what does voiding one leave of it?

A voided invoice has no status that says so: zero amounts and the word "Voided" in its note are all
there is (2.3).
"""

from datetime import date, timedelta
from decimal import Decimal

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.clock import pacific_date
from streams.simulators.quickbooks.links import applied_to, payments_of
from streams.simulators.quickbooks.parts import US_DOLLAR, placed, reference
from streams.simulators.quickbooks.references import known_references
from streams.simulators.quickbooks.refusals import business, duplicate_number
from streams.simulators.quickbooks.sales import complete_lines

#: Kinds whose document numbers must differ from one another (INF of 3.3's TxnType).
_NUMBERED = ("Invoice", "SalesReceipt")
_FIRST_NUMBER = 1001
#: Days of the default term (2.2).
_TERM = timedelta(days=30)
_ADDRESSES = ("BillAddr", "ShipAddr")


def complete_sale(book: Book, kind: str, draft: Record, old: Record | None) -> Record:
    """Complete an invoice or sales receipt (2.2). Faults 2020, 2500, 610, 6070, 6140."""
    complete_lines(book, draft, old)
    if "CustomerRef" in draft:
        customer = reference(book, "Customer", draft["CustomerRef"], "DisplayName")
        draft["CustomerRef"] = customer
        _address(book, draft, old, book.get("Customer", customer["value"]))
    # Recorded receipts were put into accounts that this company does not have.
    known_references(book, draft, but="DepositToAccountRef" if kind == "SalesReceipt" else None)
    draft.setdefault("TxnDate", pacific_date(book.now()).isoformat())
    draft["CurrencyRef"] = US_DOLLAR
    draft.setdefault("ApplyTaxAfterDiscount", False)
    draft.setdefault("PrintStatus", "NeedToPrint")
    draft.setdefault("EmailStatus", "NotSet")
    if kind == "Invoice":
        _complete_invoice(book, draft, old)
    else:
        draft["Balance"] = Decimal(0)
    return draft


def number_sale(book: Book, kind: str, draft: Record, old: Record | None, *, twins: bool) -> None:
    """Set the document number by CustomTxnNumbers (2.9).

    Fault 6140 unless `twins` are allowed; without custom numbers a number that is sent is taken as
    it is, which leads to the duplicates that the documentation warns of.
    """
    custom = book.all("Preferences")[0]["SalesFormsPrefs"]["CustomTxnNumbers"]
    wanted = draft.pop("DocNumber", None)
    if draft.pop("AutoDocNumber", False) is True or wanted == "AUTO_GENERATE":
        wanted = _next_number(book)
    elif not wanted and not custom:
        # Omitted in a full update, the sequence's number stays (invented).
        wanted = (old or {}).get("DocNumber") or _next_number(book)
    if not wanted:
        return
    draft["DocNumber"] = wanted
    if custom and not twins and wanted != (old or {}).get("DocNumber"):
        _refuse_duplicate(book, wanted, own=(kind, (old or {}).get("Id")))


def voided(invoice: Record) -> Record:
    """Return what voiding leaves (2.3). Fault 6000 while a payment is applied (0)."""
    if invoice["LinkedTxn"]:
        raise business("This transaction has linked payments and cannot be voided.")
    return voided_sale(invoice)


def voided_sale(record: Record) -> Record:
    """Return a transaction with zero amounts and the note that says why (2.3)."""
    note = record.get("PrivateNote")
    lines = [_voided_line(line) for line in record.get("Line", ())]
    return {
        **record,
        "Line": lines,
        "TxnTaxDetail": {"TotalTax": Decimal(0)},
        "TotalAmt": Decimal(0),
        "Balance": Decimal(0),
        "PrivateNote": f"Voided - {note}" if note else "Voided",
    }


def _voided_line(line: Record) -> Record:
    line = {**line, "Amount": Decimal(0)} if "Amount" in line else line
    detail = line.get("SalesItemLineDetail")
    if detail and "UnitPrice" in detail:
        # Invented: else the next update would fail as 6070.
        return {**line, "SalesItemLineDetail": {**detail, "UnitPrice": Decimal(0)}}
    return line


def _complete_invoice(book: Book, draft: Record, old: Record | None) -> None:
    for name in ("IPN", "Online", "OnlineCreditCard", "OnlineACH"):
        draft.setdefault(f"Allow{name}Payment", False)
    due = date.fromisoformat(draft["TxnDate"]) + _TERM
    draft.setdefault("DueDate", due.isoformat())
    invoice_id = old["Id"] if old else None
    links = payments_of(book, invoice_id) if invoice_id else []
    draft["LinkedTxn"] = [{"TxnId": payment["Id"], "TxnType": "Payment"} for payment in links]
    paid = applied_to(book, invoice_id) if invoice_id else Decimal(0)
    draft["Balance"] = max(draft["TotalAmt"] - paid, Decimal(0))


def _address(book: Book, draft: Record, old: Record | None, customer: Record) -> None:
    billing = customer.get("BillAddr")
    for name in _ADDRESSES:
        if name in draft:
            draft[name] = placed(book, draft[name], (old or {}).get(name))
        elif address := customer.get(name) or billing:
            draft[name] = address


def _next_number(book: Book) -> str:
    taken = {record.get("DocNumber") for kind in _NUMBERED for record in book.all(kind)}
    while (number := book.take_number("DocNumber", _FIRST_NUMBER)) in taken:
        continue
    return number


def _refuse_duplicate(book: Book, number: str, own: tuple[str, str | None]) -> None:
    for kind in _NUMBERED:
        for record in book.all(kind):
            taken = str(record.get("DocNumber", "")).casefold() == number.casefold()
            if taken and (kind, record["Id"]) != own:
                raise duplicate_number(number, kind, record["Id"])
