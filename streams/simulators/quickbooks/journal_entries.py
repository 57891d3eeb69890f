"""What makes a journal entry whole, as far as receivables and links need it?

A line of receivables must name its customer; what it debits is owed, what it credits can be
applied like a credit memo (quickbooks-money.md 1, 3).
"""

from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.clock import pacific_date
from streams.simulators.quickbooks.currencies import currency_said
from streams.simulators.quickbooks.parts import reference
from streams.simulators.quickbooks.refusals import Fault, business, missing
from streams.simulators.quickbooks.sale_lines import number_lines

_DETAIL = "JournalEntryLineDetail"
_NO_CUSTOMER = "When you use Accounts Receivable, you must choose a customer in the Name field."


def complete_entry(book: Book, _kind: str, draft: Record, old: Record | None) -> Record:
    """Complete a journal entry. Faults 2010, 2020, 2220, 2290, 2300, 2500, 6000."""
    draft["Line"] = [_line(book, line) for line in draft["Line"]]
    number_lines(draft["Line"], old)
    sums = {side: _sum(draft["Line"], side) for side in ("Debit", "Credit")}
    if sums["Debit"] != sums["Credit"]:
        raise Fault("2300", f"Debits and credits differ : {sums['Debit']} and {sums['Credit']}")
    draft.setdefault("TxnDate", pacific_date(book.now()).isoformat())
    draft.setdefault("Adjustment", False)
    draft["CurrencyRef"] = currency_said(book, draft)
    draft["TotalAmt"] = cents(sums["Debit"])
    return draft


def customers_of(entry: Record) -> set[str]:
    """Return the customers whom an entry names."""
    entities = (line[_DETAIL].get("Entity") or {} for line in entry["Line"])
    refs = (entity.get("EntityRef") or {} for entity in entities if _is_customer(entity))
    return {str(ref["value"]) for ref in refs if ref.get("value")}


def _line(book: Book, line: Record) -> Record:
    if line.get("Amount") is None:
        raise missing("Line.Amount")
    if line["Amount"] < 0:
        raise Fault("2290", f"Negative amount : {line['Amount']}", element="Amount")
    detail = dict(line.get(_DETAIL) or {})
    if detail.get("PostingType") not in ("Debit", "Credit"):
        raise missing("JournalEntryLineDetail.PostingType")
    if not detail.get("AccountRef"):
        raise missing("JournalEntryLineDetail.AccountRef")
    detail["AccountRef"] = reference(book, "Account", detail["AccountRef"], "Name")
    detail = _named(book, detail)
    return {**line, "Amount": cents(line["Amount"]), "DetailType": _DETAIL, _DETAIL: detail}


def _named(book: Book, detail: Record) -> Record:
    entity = detail.get("Entity") or {}
    ref = entity.get("EntityRef")
    account = book.get("Account", detail["AccountRef"]["value"])
    if _is_customer(entity) and ref:
        ref = reference(book, "Customer", ref, "DisplayName")
        return {**detail, "Entity": {**entity, "EntityRef": ref}}
    if account["AccountType"] == "Accounts Receivable":
        raise business(_NO_CUSTOMER)
    return detail


def _is_customer(entity: Record) -> bool:
    return str(entity.get("Type") or "Customer").casefold() == "customer"


def _sum(lines: list[Record], side: str) -> Decimal:
    amounts = (line["Amount"] for line in lines if line[_DETAIL]["PostingType"] == side)
    return sum(amounts, Decimal(0))
