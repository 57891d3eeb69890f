"""To which record does a reference lead, wherever in a record it stands?

The name of the property says the kind; only an attachment's says it beside the id.
"""

from typing import Any

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.parts import reference
from streams.simulators.quickbooks.refusals import Fault

_ACCOUNTS = (
    *("AccountRef", "APAccountRef", "BankAccountRef", "CCAccountRef", "CreditCardAccountRef"),
    *("DepositToAccountRef", "DiscountAccountRef"),
    *("FromAccountRef", "ToAccountRef", "IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef"),
)
_KINDS = dict.fromkeys(_ACCOUNTS, "Account") | {
    "CustomerRef": "Customer",
    "VendorRef": "Vendor",
    "EmployeeRef": "Employee",
    "ItemRef": "Item",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "PaymentMethodRef": "PaymentMethod",
    "SalesTermRef": "Term",
}
#: The property by which a record of a kind is called in a reference to it.
_CALLED = {"Customer": "DisplayName", "Vendor": "DisplayName", "Employee": "DisplayName"}


def known_references(book: Book, holder: Record) -> None:
    """Put the references that a record itself has in shape. Faults 2500 and 610.

    A company without classes or locations takes any reference to one as it is sent, and one that
    names nothing is none, but for a customer's (invented).
    """
    for name in holder.keys() & _KINDS.keys():
        kind = _KINDS[name]
        if not holder[name] and kind != "Customer":
            del holder[name]
        elif kind not in ("Class", "Department") or book.all(kind):
            found = reference(book, kind, holder[name], _CALLED.get(kind, "Name"))
            # A term is recorded without its name.
            holder[name] = {"value": found["value"]} if kind == "Term" else found


def resolved(book: Book, value: Any) -> Any:
    """Return a record with its references as QBO stores them. Faults 2500 and 610."""
    if isinstance(value, list):
        return [resolved(book, item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _part(book, key, part) for key, part in value.items()}


def _part(book: Book, key: str, part: Any) -> Any:
    if key == "EntityRef" and isinstance(part, dict):
        return _attached(book, part)
    if key in _KINDS and isinstance(part, dict):
        kind = _KINDS[key]
        return reference(book, kind, part, _CALLED.get(kind, "Name"))
    return resolved(book, part)


def _attached(book: Book, ref: Record) -> Record:
    kind = str(ref.get("type") or "")
    if book.find(kind, str(ref.get("value"))) is None:
        detail = f"Invalid Reference Id : {kind} element id {ref.get('value')} not found"
        raise Fault("2500", detail, element="EntityRef")
    return {"value": str(ref["value"]), "type": kind}
