"""What does one examination come to, and in which sentence is it told?"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from agents.audit.findings import Finding, How, Waiting
from agents.audit.sides import Sides
from agents.audit.standing import Row
from schemas.money_words import money_text, money_words
from schemas.values import Kind, Side


class Agreement(StrEnum):
    """What the examination comes to."""

    AGREE = "agree"
    EXCEPT = "agree-except"
    DIFFER = "differ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many stand on both sides, linked; and how many documents wait."""

    customers: int = 0
    invoices: int = 0
    payments: int = 0
    parked: int = 0
    unplaced: int = 0
    neighbours: int = 0
    variances: int = 0

    def __str__(self) -> str:
        """Return `200 invoices, 187 payments, 40 customers; 2 parked, 1 unplaced`."""
        pairs = (("invoice", self.invoices), ("payment", self.payments))
        text = ", ".join(_many(number, word) for word, number in pairs)
        text += f", {_many(self.customers, 'customer')}"
        waits = [("parked", self.parked), ("unplaced", self.unplaced)]
        waits += [("of QuickBooks alone", self.neighbours), ("by a cent", self.variances)]
        told = ", ".join(f"{number} {word}" for word, number in waits if number)
        return f"{text}; {told}" if told else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that one examination of a tenant says.

    `home` is the code of the home currency, blank where QuickBooks does not say it; `rows` hold
    what each customer comes to on both sides, `totals` the same of all, by currency.
    """

    tenant: str
    counts: Counts
    home: str = ""
    findings: tuple[Finding, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    rows: tuple[Row, ...] = ()
    totals: tuple[Row, ...] = ()
    #: By the document's name, of all that is told here: what of it is in the books.
    sides: Mapping[str, Sides] = field(default_factory=dict)
    #: Records of the journal that are none of ours, which were gone past.
    passed_over: int = 0

    @property
    def agreement(self) -> Agreement:
        """Tell what it comes to: what waits is no agreement."""
        if self.findings:
            return Agreement.DIFFER
        return Agreement.EXCEPT if self.excepted else Agreement.AGREE

    @property
    def excepted(self) -> tuple[Waiting, ...]:
        """Return what waits and makes a difference: all but customers of QuickBooks alone.

        Those are nobody's mistake and no money; what they buy is listed by itself.
        """
        return tuple(one for one in self.waiting if not _is_stranger(one))

    @property
    def agrees(self) -> bool:
        """Tell whether nothing is wrong and nothing waits."""
        return self.agreement is Agreement.AGREE

    @property
    def waits(self) -> dict[str, Decimal]:
        """Return how much waits, by currency, the home one first; blank where it has no code."""
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        for one in self.excepted:
            sums[one.currency or self.home] += one.amount
        return dict(sorted(sums.items(), key=lambda sum_: (sum_[0] != self.home, sum_[0])))

    @property
    def verdict(self) -> str:
        """Return the one line that says it all."""
        match self.agreement:
            case Agreement.AGREE:
                return f"The ledgers agree: {self.counts}."
            case Agreement.EXCEPT:
                return f"The ledgers agree except {self._told_waits()}: {self.counts}."
            case Agreement.DIFFER:
                more = f", and {self._told_waits()}" if self.excepted else ""
                return f"The ledgers differ: {_many(len(self.findings), 'finding')}{more}."

    def as_json(self) -> dict[str, object]:
        """Return the report as plain values for a program, money as text."""
        told = {name: getattr(self, name) for name in ("agreement", "agrees", "verdict", "waits")}
        return {**texts(self), **texts(told)}

    def _told_waits(self) -> str:
        number = len(self.excepted)
        sums = ", ".join(money_words(amount, code) for code, amount in self.waits.items())
        return f"{number} that {'waits' if number == 1 else 'wait'} ({sums})"


def texts(value: Any) -> dict[str, Any]:
    """Return plain values of a report with money as text, to the cent as everywhere."""
    shown: dict[str, Any] = _texts(msgspec.to_builtins(value, builtin_types=(Decimal,)))
    return shown


def _texts(value: Any) -> Any:
    match value:
        case dict():
            return {name: _texts(each) for name, each in value.items()}
        case list() | tuple():
            return [_texts(each) for each in value]
        case Decimal():
            return money_text(value)
        case _:
            return value


def _is_stranger(waits: Waiting) -> bool:
    return waits.how is How.UNPLACED and waits.document.startswith(f"{Side.QBO}/{Kind.CUSTOMER}/")


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
