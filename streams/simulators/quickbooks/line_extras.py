"""What does QBO show on a payment's lines that no client may send back?

An extension names what each line is linked to, its number and what was open of it before this
payment; sent back it is refused like any unknown property (quickbooks-money.md 2.1).
"""

from typing import Any

from streams.simulators.quickbooks.applied import TARGETS, open_amount, target_of
from streams.simulators.quickbooks.book import Book, Record

_NAME = "{http://schema.intuit.com/finance/v3}NameValue"
_TYPE = "com.intuit.schema.finance.v3.NameValue"
_SCOPE = "javax.xml.bind.JAXBElement$GlobalScope"
_ANSWERS = ("QueryResponse", "CDCResponse", "BatchItemResponse")


def with_extras(book: Book, body: Any) -> Any:
    """Return an answer with the extensions on the lines of its payments."""
    if isinstance(body, list):
        return [with_extras(book, part) for part in body]
    if not isinstance(body, dict):
        return body
    shown = {key: with_extras(book, body[key]) if key in _ANSWERS else body[key] for key in body}
    payments = shown.get("Payment")
    if isinstance(payments, list):
        shown["Payment"] = [_extended(book, one) for one in payments]
    elif isinstance(payments, dict):
        shown["Payment"] = _extended(book, payments)
    return shown


def _extended(book: Book, payment: Record) -> Record:
    if "Line" not in payment:
        return payment
    return {**payment, "Line": [_line(book, payment, line) for line in payment["Line"]]}


def _line(book: Book, payment: Record, line: Record) -> Record:
    link: Record = next(iter(line["LinkedTxn"]), {})
    kind, txn_id = str(link.get("TxnType")), str(link.get("TxnId"))
    record = target_of(book, (kind, txn_id)) if kind in TARGETS else None
    if record is None:
        return line
    customer = payment["CustomerRef"]["value"]
    before = open_amount(book, (kind, txn_id), customer, but=payment["Id"])
    pairs = [("txnId", txn_id), ("txnOpenBalance", f"{before:.2f}")]
    if "DocNumber" in record:
        pairs.append(("txnReferenceNumber", record["DocNumber"]))
    return {**line, "LineEx": {"any": [_pair(name, value) for name, value in pairs]}}


def _pair(name: str, value: str) -> Record:
    shown = {"name": _NAME, "declaredType": _TYPE, "scope": _SCOPE}
    flags = {"nil": False, "globalScope": True, "typeSubstituted": False}
    return {**shown, "value": {"Name": name, "Value": value}, **flags}
