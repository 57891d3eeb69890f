"""What does QBO add to a neighbour, and what must be true of it?"""

from decimal import Decimal

from streams.simulators.quickbooks.accounts import complete_account
from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.bill_payments import check_bills, settled
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.clock import pacific_date
from streams.simulators.quickbooks.currencies import currency_named, home_currency
from streams.simulators.quickbooks.names import DELETED, marked
from streams.simulators.quickbooks.neighbours.row import Neighbour
from streams.simulators.quickbooks.neighbours.table import NEIGHBOURS
from streams.simulators.quickbooks.references import resolved
from streams.simulators.quickbooks.refusals import Fault, duplicate_name, missing
from streams.simulators.quickbooks.sale_lines import number_lines


def complete_neighbour(book: Book, kind: str, draft: Record, old: Record | None) -> Record:
    """Complete a record by its row. Faults 610, 2010, 2020, 2500, 6240."""
    row = NEIGHBOURS[kind]
    draft = resolved(book, draft)
    for name, value in row.defaults.items():
        draft.setdefault(name, value)
    _by_kind(book, kind, draft, old)
    if row.is_list:
        _complete_name(book, kind, row, draft, old)
    if row.is_transaction:
        _complete_transaction(book, row, draft, old)
    return settled(book, {**draft, "Id": old["Id"]}) if kind == "Bill" and old else draft


def _by_kind(book: Book, kind: str, draft: Record, old: Record | None) -> None:
    match kind:
        case "Account":
            complete_account(draft)
            for name in ("CurrentBalance", "CurrentBalanceWithSubAccounts"):
                draft[name] = (old or {}).get(name, Decimal(0))
            draft["CurrencyRef"] = home_currency(book)
        case "Term":
            _complete_term(draft)
        case "CompanyCurrency":
            code = str(draft["Code"])
            draft.setdefault("Name", currency_named(code)["name"])
        case "BillPayment":
            check_bills(book, draft)
        case "TimeActivity":
            _check_worker(draft)
        case _:
            pass


def _complete_term(draft: Record) -> None:
    if draft.get("DueDays") is None and draft.get("DayOfMonthDue") is None:
        raise missing("DueDays")
    draft["Type"] = "STANDARD" if draft.get("DueDays") is not None else "DATE_DRIVEN"


def _check_worker(draft: Record) -> None:
    who = draft["NameOf"]
    if who not in ("Employee", "Vendor"):
        raise Fault("2010", f"Property Name:NameOf has no value {who}")
    if not draft.get(f"{who}Ref"):
        raise missing(f"{who}Ref")


def _complete_name(
    book: Book, kind: str, row: Neighbour, draft: Record, old: Record | None
) -> None:
    draft["Active"] = draft.get("Active") is not False
    draft["Name"] = marked(str(draft["Name"]), active=draft["Active"])
    if row.below:
        _place_below(book, kind, row.below, draft, old)
    name = _full_name(draft).casefold()
    for other in book.all(kind):
        taken = _full_name(other).casefold() == name
        if taken and other["Id"] != (old or {}).get("Id"):
            raise duplicate_name(kind.lower())


def _full_name(record: Record) -> str:
    return str(record.get("FullyQualifiedName") or record["Name"])


def _place_below(book: Book, kind: str, flag: str, draft: Record, old: Record | None) -> None:
    parent = draft.get("ParentRef")
    draft[flag] = parent is not None
    draft["FullyQualifiedName"] = draft["Name"]
    if parent is None:
        return
    above = book.find(kind, str(parent.get("value")))
    if above is None or above["Id"] == (old or {}).get("Id"):
        detail = f"Invalid Reference Id : {kind} element id {parent.get('value')} not found"
        raise Fault("2500", detail, element="ParentRef")
    draft["ParentRef"] = {"value": above["Id"]}
    draft["FullyQualifiedName"] = (
        f"{above['FullyQualifiedName'].removesuffix(DELETED)}:{draft['Name']}"
    )


def _complete_transaction(book: Book, row: Neighbour, draft: Record, old: Record | None) -> None:
    draft.setdefault("TxnDate", pacific_date(book.now()).isoformat())
    if "CurrencyRef" in row.shape:
        draft["CurrencyRef"] = home_currency(book)
    lines = draft.get("Line")
    if lines is not None:
        draft["Line"] = [_line(line) for line in lines]
        number_lines(draft["Line"], old)
    if row.amount is None:
        return
    if row.amount in row.shown:
        draft[row.amount] = sum((line["Amount"] for line in draft["Line"]), Decimal(0))
    draft[row.amount] = cents(draft[row.amount])
    if draft[row.amount] < 0:
        raise Fault("2290", f"Negative amount : {row.amount}", element=row.amount)
    if "Balance" in row.shape:
        draft["Balance"] = draft[row.amount]


def _line(line: Record) -> Record:
    if line.get("Amount") is None:
        raise missing("Line.Amount")
    if "LinkedTxn" not in line and not line.get("DetailType"):
        raise missing("Line.DetailType")
    return {**line, "Amount": cents(line["Amount"])}
