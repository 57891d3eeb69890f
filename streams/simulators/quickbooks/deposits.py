"""What is in a bank deposit, and what does being in one do to a payment?

A payment in a deposit still names Undeposited Funds; the link to the deposit is all that shows it,
and nothing of it can be changed until it is taken out (quickbooks-money.md 2.3).
"""

from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.clock import pacific_date
from streams.simulators.quickbooks.currencies import home_currency
from streams.simulators.quickbooks.parts import reference
from streams.simulators.quickbooks.receipts import FUNDS
from streams.simulators.quickbooks.refusals import Fault, business, missing
from streams.simulators.quickbooks.voids import in_deposit

_FUNDS = ("Payment", "SalesReceipt", "RefundReceipt", "JournalEntry")


def complete_deposit(book: Book, _kind: str, draft: Record, old: Record | None) -> Record:
    """Complete a deposit. Faults 2020, 2500, 6000 and 6430."""
    into = reference(book, "Account", draft["DepositToAccountRef"], "Name")
    if book.get("Account", into["value"])["AccountType"] not in FUNDS:
        raise Fault("6430", "Invalid account type : choose a bank account", element="AccountRef")
    draft["DepositToAccountRef"] = into
    draft["CurrencyRef"] = home_currency(book)
    draft.setdefault("TxnDate", pacific_date(book.now()).isoformat())
    draft["Line"] = [_line(book, line, old) for line in draft["Line"]]
    own = [line for line in draft["Line"] if "DepositLineDetail" in line]
    for place, line in enumerate(own, start=1):
        line |= {"Id": str(place), "LineNum": place}
    back = (draft.get("CashBack") or {}).get("Amount", Decimal(0))
    draft["TotalAmt"] = cents(sum((line["Amount"] for line in draft["Line"]), -back))
    if draft["TotalAmt"] < 0:
        raise business("The transaction amount must be 0 or greater.")
    return draft


def follow_deposit(book: Book, before: Record | None, after: Record | None) -> None:
    """Mark what is in a deposit now, and free what no longer is."""
    own = (before or after or {})["Id"]
    old, new = (_funds(record) if record else [] for record in (before, after))
    for kind, txn_id in old:
        if (kind, txn_id) not in new:
            _relink(book, kind, txn_id, None)
    for kind, txn_id in new:
        _relink(book, kind, txn_id, own)


def _line(book: Book, line: Record, old: Record | None) -> Record:
    if line.get("Amount") is None:
        raise missing("Line.Amount")
    line = {**line, "Amount": cents(line["Amount"])}
    if not line.get("LinkedTxn"):
        detail = dict(line.get("DepositLineDetail") or {})
        if not detail.get("AccountRef"):
            raise missing("DepositLineDetail.AccountRef")
        detail["AccountRef"] = reference(book, "Account", detail["AccountRef"], "Name")
        return {**line, "DetailType": "DepositLineDetail", "DepositLineDetail": detail}
    for link in line["LinkedTxn"]:
        _check(book, link, (old or {}).get("Id"))
    return {name: line[name] for name in ("Amount", "LinkedTxn")}


def _check(book: Book, link: Record, own: str | None) -> None:
    for name in ("TxnId", "TxnType", "TxnLineId"):
        if link.get(name) in (None, ""):
            raise missing(f"LinkedTxn.{name}")
    kind, txn_id = str(link["TxnType"]), str(link["TxnId"])
    record = book.find(kind, txn_id) if kind in _FUNDS else None
    if record is None:
        raise Fault("2500", f"Invalid Reference Id : {kind} element id {txn_id} not found")
    account = record.get("DepositToAccountRef", {}).get("value")
    if kind == "Payment" and book.get("Account", account)["Name"] != "Undeposited Funds":
        raise business("The payment was put straight into an account and cannot be deposited.")
    mine = {"TxnId": own, "TxnType": "Deposit"}
    if in_deposit(record) and mine not in record["LinkedTxn"]:
        raise business("The payment is in another deposit already.")


def _funds(deposit: Record) -> list[tuple[str, str]]:
    return [
        (str(link["TxnType"]), str(link["TxnId"]))
        for line in deposit["Line"]
        for link in line.get("LinkedTxn", ())
    ]


def _relink(book: Book, kind: str, txn_id: str, deposit: str | None) -> None:
    record = book.find(kind, txn_id)
    if record is None:
        return
    draft = {name: value for name, value in record.items() if name != "LinkedTxn"}
    if deposit is not None:
        draft["LinkedTxn"] = [{"TxnId": deposit, "TxnType": "Deposit"}]
    book.replace(kind, record, draft)
