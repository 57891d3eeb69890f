"""For what do documents wait, how many for each, and what would go if some of it were there?"""

import sqlite3
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from agents.gateway.console.book.entries import MICROS
from schemas.rows import DocumentRow

#: Documents that one question is answered about; of more the answer says so.
MOST_DOCUMENTS = 5_000
#: Conditions that one question names: SQLite takes some ten thousand.
MOST_CONDITIONS = 5_000

_SUMS = """SELECT condition, currency, COUNT(*) AS number, SUM(units / 1000000) AS millions,
    SUM(units % 1000000) AS units, SUM(micros) AS micros FROM book_awaits
    WHERE tenant = ? AND what IN ({}) GROUP BY what, condition, currency"""
_DOCUMENTS = """SELECT w.document, w.units, w.micros, w.currency, w.called, w.since,
    c.name AS customer, d.lane, d.name, a.condition
    FROM (SELECT DISTINCT document FROM book_awaits
        WHERE tenant = ? AND condition IN ({}) LIMIT ?) AS of
    JOIN book_waiting w ON w.document = of.document
    JOIN book_documents d ON d.id = of.document
    JOIN book_awaits a ON a.document = of.document
    LEFT JOIN book_customers c ON c.tenant = w.tenant AND c.record = w.customer
    ORDER BY w.since, w.document"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """So many documents wait for one condition in one currency, and what they come to."""

    condition: str
    currency: str
    number: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitingDocument:
    """A document and all that it waits for; `amount` None where it has no money."""

    row: DocumentRow
    called: str
    customer: str
    amount: Decimal | None
    currency: str
    conditions: frozenset[str]


class Ask(Protocol):
    """Asks the book in SQL."""

    def __call__(
        self, query: str, given: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[sqlite3.Row]:
        """Return the rows."""
        ...


class Once(Protocol):
    """Answers until the book is written again."""

    def __call__(self, key: Hashable, ask: Callable[[], Any]) -> Any:
        """Return the answer."""
        ...


class AwaitedBook:
    """Answers what is waited for."""

    def __init__(self, ask: Ask, once: Once) -> None:
        self._ask = ask
        self._once = once

    def sums(self, tenant: str, words: Sequence[str]) -> list[Awaited]:
        """Return how many wait for each condition of some words: `product`, `tax-code`."""
        found: list[Awaited] = self._once(
            ("awaited", tenant, tuple(words)), lambda: self._sums(tenant, words)
        )
        return found

    def unmet(
        self, tenant: str, words: Sequence[str], is_met: Callable[[str], bool]
    ) -> list[Awaited]:
        """Return those that are not met: what waits for two keeps both until it has both."""
        found: list[Awaited] = self._once(
            ("unmet", tenant, tuple(words)),
            lambda: [each for each in self.sums(tenant, words) if not is_met(each.condition)],
        )
        return found

    def documents(self, tenant: str, conditions: Sequence[str]) -> list[AwaitingDocument]:
        """Return what waits for one of these, the longest waiting first; not more than so many."""
        named = list(conditions)[:MOST_CONDITIONS]
        query = _DOCUMENTS.format(_places(named))
        found: dict[int, list[sqlite3.Row]] = {}
        for each in self._ask(query, (tenant, *named, MOST_DOCUMENTS)):
            found.setdefault(each["document"], []).append(each)
        return [_document(each) for each in found.values()]

    def _sums(self, tenant: str, words: Sequence[str]) -> list[Awaited]:
        return [
            Awaited(
                condition=each["condition"],
                currency=each["currency"],
                number=each["number"],
                amount=Decimal((each["millions"] or 0) * MICROS + (each["units"] or 0))
                + Decimal(each["micros"] or 0) / MICROS,
            )
            for each in self._ask(_SUMS.format(_places(words)), (tenant, *words))
        ]


def _document(rows: Sequence[sqlite3.Row]) -> AwaitingDocument:
    first = rows[0]
    units = first["units"]
    return AwaitingDocument(
        row=DocumentRow(first["lane"], first["name"]),
        called=first["called"],
        customer=first["customer"] or "",
        amount=None if units is None else Decimal(units) + Decimal(first["micros"] or 0) / MICROS,
        currency=first["currency"],
        conditions=frozenset(each["condition"] for each in rows),
    )


def _places(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
