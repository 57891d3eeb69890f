"""What becomes of two customers that a person makes one?

Everything of the loser carries the survivor, and no token of it moves; a notice names the survivor
and the loser's id (quickbooks-money.md 8).
"""

from typing import Any

from streams.simulators.quickbooks.book import TRANSACTIONS, Book, Record
from streams.simulators.quickbooks.links import refresh_customer
from streams.simulators.quickbooks.names import DELETED
from streams.simulators.quickbooks.refusals import business


def merge_customers(book: Book, keep: str, lose: str) -> Record:
    """Let one customer be part of another. Faults 610, and 6000 where it cannot be (texts M)."""
    survivor, loser = book.get("Customer", keep), book.get("Customer", lose)
    if keep == lose:
        raise business("A customer cannot be merged with itself.")
    if any((one.get("ParentRef") or {}).get("value") == lose for one in book.all("Customer")):
        raise business("A customer with sub-customers cannot be merged.")
    if survivor["CurrencyRef"] != loser["CurrencyRef"]:
        raise business("Customers of different currencies cannot be merged.")
    named = {"value": keep, "name": survivor["DisplayName"]}
    for kind in TRANSACTIONS:
        for record in book.all(kind):
            moved = _moved(record, lose, named)
            if moved != record:
                book.tamper(kind, moved)
    refresh_customer(book, keep)
    _leave(book, loser)
    book.tell_merge("Customer", keep, lose)
    return book.get("Customer", keep)


def _moved(value: Any, lose: str, named: Record) -> Any:
    """Return a record with the survivor wherever it names the loser."""
    if isinstance(value, list):
        return [_moved(one, lose, named) for one in value]
    if not isinstance(value, dict):
        return value
    whole = {key: _moved(one, lose, named) for key, one in value.items()}
    if (whole.get("CustomerRef") or {}).get("value") == lose:
        whole["CustomerRef"] = named
    if str(whole.get("Type")).casefold() == "customer":
        entity = whole.get("EntityRef") or {}
        whole["EntityRef"] = named if entity.get("value") == lose else entity
    return whole


def _leave(book: Book, loser: Record) -> None:
    if book.settings().merged_loser == "gone":
        book.remove("Customer", loser["Id"], quiet=True)
        book.deleted["Customer", loser["Id"]] = book.now()
        return
    name = loser["DisplayName"].removesuffix(DELETED) + DELETED
    left = {"Active": False, "DisplayName": name, "Balance": 0, "BalanceWithJobs": 0}
    book.replace("Customer", loser, {**loser, **left}, quiet=True)
