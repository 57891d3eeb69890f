"""What does the book answer with?  What waits, its sums, and the lanes that wait as a whole."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from agents.gateway.console.book.entries import MICROS
from schemas.rows import DocumentRow


class Note(NamedTuple):
    """Who sees to a document, what is known of it, and who said so last."""

    owner: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """One document that waits; `amount` None where it has no money, `place` for the next page."""

    row: DocumentRow
    sort: str
    reason: str
    kind: str
    called: str
    customer: str
    amount: Decimal | None
    currency: str
    since: datetime | None
    why: str
    place: str
    note: Note | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """So many wait for one reason in one currency, and what they come to."""

    sort: str
    reason: str
    currency: str
    number: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneWait:
    """A customer's lane that waits as a whole; `until` None is for a condition."""

    lane: str
    why: str
    until: datetime | None
    lockout: str
    held: int


def waits_of(each: sqlite3.Row) -> Waits:
    """Return one document that waits, with what people noted of it."""
    units = each["units"]
    noted = _moment(each["noted"])
    note = Note(each["owner"], each["note"], each["noter"], noted) if noted is not None else None
    return Waits(
        row=DocumentRow(each["lane"], each["document_name"]),
        sort=each["sort"],
        reason=each["reason"],
        kind=each["kind"],
        called=each["called"],
        customer=each["customer_name"] or "",
        amount=None if units is None else money_of(units, each["micros"]),
        currency=each["currency"],
        since=_moment(each["since"]),
        why=each["why"],
        place=f"{each['since']}~{each['document']}",
        note=note,
    )


def money_of(units: int, micros: int | None) -> Decimal:
    """Return an amount from its units and the millionths beside them."""
    return Decimal(units) + Decimal(micros or 0) / MICROS


def lane_wait_of(each: sqlite3.Row) -> LaneWait:
    """Return how one lane waits."""
    return LaneWait(
        lane=each["lane"],
        why=each["why"],
        until=_moment(each["until"]),
        lockout=each["lockout"],
        held=each["held"],
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
