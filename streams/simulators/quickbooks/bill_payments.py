"""What does a payment of bills leave of them?"""

from decimal import Decimal

from streams.simulators.quickbooks.amounts import cents
from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.refusals import Fault


def paid_bills(payment: Record) -> dict[str, Decimal]:
    """Return what a payment gives to each bill."""
    given: dict[str, Decimal] = {}
    for line in payment.get("Line") or ():
        for link in line.get("LinkedTxn") or ():
            if link.get("TxnType") == "Bill":
                key = str(link.get("TxnId"))
                given[key] = given.get(key, Decimal(0)) + line["Amount"]
    return given


def check_bills(book: Book, payment: Record) -> None:
    """Fault 2500 for a bill that is not there."""
    for bill_id in paid_bills(payment):
        if book.find("Bill", bill_id) is None:
            raise Fault("2500", f"Invalid Reference Id : Bill element id {bill_id} not found")


def payments_of_bill(book: Book, bill_id: str) -> list[Record]:
    """Return the payments that are applied to a bill."""
    return [one for one in book.all("BillPayment") if bill_id in paid_bills(one)]


def follow_bill_payment(book: Book, before: Record | None, after: Record | None) -> None:
    """Bring the bills of a payment in line."""
    touched = {key for record in (before, after) if record for key in paid_bills(record)}
    for bill_id in sorted(touched):
        bill = book.find("Bill", bill_id)
        if bill is not None:
            book.replace("Bill", bill, settled(book, bill))


def settled(book: Book, bill: Record) -> Record:
    """Return a bill with the links and the balance that its payments give it."""
    payments = payments_of_bill(book, bill["Id"])
    paid = sum((paid_bills(one)[bill["Id"]] for one in payments), Decimal(0))
    links = [{"TxnId": one["Id"], "TxnType": "BillPaymentCheck"} for one in payments]
    return {**bill, "LinkedTxn": links, "Balance": cents(max(bill["TotalAmt"] - paid, Decimal(0)))}
