"""For what do documents wait, how many for each, and which waits longest for some of it?

Documents are told apart by all that each waits for together: many wait for the same.
"""

import json
import sqlite3
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from agents.gateway.console.book.answers import money_of
from agents.gateway.console.book.entries import MICROS
from schemas.rows import DocumentRow
from schemas.values import ZERO

_SUMS = """SELECT awaits, currency, SUM(number) AS number, SUM(millions) AS millions,
    SUM(units) AS units, SUM(micros) AS micros FROM book_sums
    WHERE tenant = ? AND awaits <> '' GROUP BY awaits, currency"""
# Of each set the first few, by its index: one may be of a hundred thousand documents.
_OLDEST = """SELECT w.units, w.micros, w.currency, w.called, w.awaits,
    c.name AS customer, d.lane, d.name
    FROM json_each(:sets) AS one JOIN book_waiting w ON w.document IN (
        SELECT document FROM book_waiting
        WHERE tenant = :tenant AND awaits = one.value AND awaits <> ''
        ORDER BY since, document LIMIT :limit)
    JOIN book_documents d ON d.id = w.document
    LEFT JOIN book_customers c ON c.tenant = w.tenant AND c.record = w.customer
    ORDER BY w.since, w.document LIMIT :limit"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awaited:
    """So many documents wait for one condition in one currency, and what they come to."""

    condition: str
    currency: str
    number: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedSet:
    """So many documents wait for all these in one currency; `awaits` is how the book says them."""

    awaits: str
    conditions: frozenset[str]
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

    def sets(self, tenant: str) -> list[AwaitedSet]:
        """Return what is waited for together, with how many documents do."""
        found: list[AwaitedSet] = self._once(("sets", tenant), lambda: self._sets(tenant))
        return found

    def sums(self, tenant: str, words: Sequence[str]) -> list[Awaited]:
        """Return how many wait for each condition of some words: `product`, `tax-code`."""
        found: list[Awaited] = self._once(
            ("awaited", tenant, tuple(words)), lambda: self._sums(tenant, frozenset(words))
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

    def oldest(self, tenant: str, sets: Iterable[AwaitedSet], limit: int) -> list[AwaitingDocument]:
        """Return which of the documents that wait for one of these together waits longest."""
        named = json.dumps(list(dict.fromkeys(each.awaits for each in sets)))
        given = {"tenant": tenant, "sets": named, "limit": limit}
        return [_document(each) for each in self._ask(_OLDEST, given)]

    def _sets(self, tenant: str) -> list[AwaitedSet]:
        return [
            AwaitedSet(
                awaits=each["awaits"],
                conditions=_apart(each["awaits"]),
                currency=each["currency"],
                number=each["number"],
                amount=money_of(each["millions"] * MICROS + each["units"], each["micros"]),
            )
            for each in self._ask(_SUMS, (tenant,))
        ]

    def _sums(self, tenant: str, words: frozenset[str]) -> list[Awaited]:
        found: dict[tuple[str, str], tuple[int, Decimal]] = {}
        for each in self.sets(tenant):
            for condition in each.conditions:
                if word_of(condition) in words:
                    key = condition, each.currency
                    number, amount = found.get(key, (0, ZERO))
                    found[key] = number + each.number, amount + each.amount
        return [
            Awaited(condition=condition, currency=currency, number=number, amount=amount)
            for (condition, currency), (number, amount) in sorted(found.items())
        ]


def together(conditions: Iterable[str]) -> str:
    """Return how the book says all that a document waits for; "" where it waits for nothing."""
    found = sorted(conditions)
    return json.dumps(found, ensure_ascii=False) if found else ""


def word_of(condition: str) -> str:
    """Return the word of a condition, by which all of one sort are found."""
    return condition.partition(":")[0]


def _apart(awaits: str) -> frozenset[str]:
    return frozenset(json.loads(awaits) if awaits else ())


def _document(row: sqlite3.Row) -> AwaitingDocument:
    units = row["units"]
    return AwaitingDocument(
        row=DocumentRow(row["lane"], row["name"]),
        called=row["called"],
        customer=row["customer"] or "",
        amount=None if units is None else money_of(units, row["micros"]),
        currency=row["currency"],
        conditions=_apart(row["awaits"]),
    )
