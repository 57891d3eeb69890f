"""How does a record point at another, and which parts of it does QBO put in shape?

A reference is stored with the name it had at that moment; the name a client sends is ignored (7).
"""

from typing import Any

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.refusals import Fault, inactive


def reference(book: Book, kind: str, ref: Any, shown: str) -> Record:
    """Return a reference with its name. Fault 2500 where it leads nowhere, 610 to an inactive."""
    found = book.find(kind, str(ref.get("value")))
    if found is None:
        detail = f"Invalid Reference Id : {kind} element id {ref.get('value')} not found"
        raise Fault("2500", detail, element=f"{kind}Ref")
    if found.get("Active") is False:
        raise inactive(book.settings().inactive_reference)
    return {"value": found["Id"], "name": found[shown]}


def account_named(book: Book, name: str) -> Record:
    """Return the reference of one of the accounts that every company has."""
    found = next(one for one in book.all("Account") if one["Name"] == name)
    return {"value": found["Id"], "name": name}


def placed(book: Book, address: Record, old: Record | None) -> Record:
    """Return an address of a name as QBO stores it, with the place that it failed to find (2.2)."""
    if old and _lines(address) == _lines(old):
        return old
    lines = _lines(address)
    return {"Id": book.take_number("Address"), **lines, "Lat": "INVALID", "Long": "INVALID"}


def noted(book: Book, address: Record, old: Record | None) -> Record:
    """Return an address of a form, which nobody looks for (recorded)."""
    if old and _lines(address) == _lines(old):
        return old
    return {**address, "Id": book.take_number("Address")}


def _lines(address: Record) -> Record:
    """Return the lines of an address; the same ones keep their id (2.2)."""
    return {key: text for key, text in address.items() if key not in ("Id", "Lat", "Long")}
