"""What did the examination find, and in which words is it told?

A finding names what is wrong, where, what was expected and what was found.  What waits for a reason
that is in the journal (parked, unplaced) is listed beside the findings and is none.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Literal

from schemas.values import RecordRef


class What(StrEnum):
    """What is wrong."""

    MISSING_IN_QBO = "missing in QuickBooks"
    MISSING_IN_MEDIAOS = "missing in MediaOS"
    TWICE_IN_QBO = "twice in QuickBooks"
    TWICE_IN_MEDIAOS = "twice in MediaOS"
    #: A link, reference or marker leads nowhere, or elsewhere than the journal says.
    LINK = "wrong link"
    NUMBER = "wrong number"
    AMOUNT = "wrong amount"
    APPLICATION = "wrong application"
    FIELD = "wrong field"
    #: An older revision was written over a newer one.
    ORDER = "out of order"
    OPEN = "decision left open"
    HELD = "event left held"
    #: A side shows a revision that the journal has not seen.
    NOT_SEEN = "not seen yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, in words for an accountant."""

    what: What
    where: str
    field: str = ""
    expected: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A document that waits, or has no place across, with the journal's reason."""

    how: Literal["parked", "unplaced"]
    document: str
    records: tuple[str, ...] = ()
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many stand on both sides, linked; and how many documents wait."""

    customers: int = 0
    invoices: int = 0
    payments: int = 0
    parked: int = 0
    unplaced: int = 0

    def __str__(self) -> str:
        """Return `200 invoices, 187 payments, 40 customers; 2 parked, 1 unplaced`."""
        pairs = (("invoice", self.invoices), ("payment", self.payments))
        text = ", ".join(_many(number, word) for word, number in pairs)
        text += f", {_many(self.customers, 'customer')}"
        waits = (("parked", self.parked), ("unplaced", self.unplaced))
        told = ", ".join(f"{number} {word}" for word, number in waits if number)
        return f"{text}; {told}" if told else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that one examination of a tenant says."""

    tenant: str
    counts: Counts
    findings: tuple[Finding, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    #: Records of the journal that are none of ours, which were gone past.
    passed_over: int = 0

    @property
    def agrees(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.findings

    @property
    def verdict(self) -> str:
        """Return the one line that says it all."""
        if self.agrees:
            return f"The ledgers agree: {self.counts}."
        return f"The ledgers differ: {_many(len(self.findings), 'finding')}."

    def as_json(self) -> dict[str, object]:
        """Return the report as plain values for a program."""
        return {**asdict(self), "agrees": self.agrees, "verdict": self.verdict}


def finding(
    what: What, where: RecordRef | str, expected: object, found: object, field: str = ""
) -> Finding:
    """Return a finding, with its values written out; None is told as nothing."""
    return Finding(
        what=what, where=str(where), field=field, expected=_told(expected), found=_told(found)
    )


def _told(value: object) -> str:
    return "nothing" if value is None else str(value)


def _many(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
