"""The accountant's report: both ledgers by customer, and each document on which they differ.

It is drawn from the same examination as `compare`; what is added is why each difference is there,
by what the journal says of the document now, and the event that touched it last.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from agents.audit.books import record_of
from agents.audit.findings import Finding, How, Waiting, What
from agents.audit.history import History
from agents.audit.lanes import Lane
from agents.audit.report import Agreement, Report
from agents.audit.sides import Sides
from agents.audit.standing import Row
from schemas.state import ParkReason
from schemas.values import ZERO, Kind, RecordRef


class Why(StrEnum):
    """Why the two books differ in a document."""

    PARKED = "parked"
    CONFLICT = "conflict"
    ONE_SIDED = "on one side by setting or by a person's word"
    NEIGHBOUR = "of QuickBooks alone"
    VARIANCE = "tax or rounding"
    IN_WORK = "waiting in its lane"
    NOT_SEEN = "not yet seen"
    UNKNOWN = "for no reason that is known"


#: Work that is left to do: no difference of the books by itself.
LEFT = frozenset({What.HELD, What.OPEN})
#: What only waits: nobody has to look for it.
KNOWN = frozenset(Why) - {Why.NOT_SEEN, Why.UNKNOWN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One document on which the books differ.

    `mediaos` and `qbo` are what it comes to there, None where it does not stand; `amount` is the
    money between, zero where only words differ; `currency` is blank for the home one.  `event` is
    what happened to it last, `at` when, where the journal knows.
    """

    document: str
    number: str = ""
    customer: str = ""
    currency: str = ""
    mediaos: Decimal | None = None
    qbo: Decimal | None = None
    amount: Decimal = ZERO
    why: Why
    detail: str = ""
    event: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """One tenant's two ledgers, as of a day or as they stand (`day` is None)."""

    tenant: str
    day: date | None = None
    home: str = ""
    rows: tuple[Row, ...] = ()
    totals: tuple[Row, ...] = ()
    differences: tuple[Difference, ...] = ()

    @property
    def agreement(self) -> Agreement:
        """Tell what it comes to: what waits is no agreement."""
        if any(each.why not in KNOWN for each in self.differences):
            return Agreement.DIFFER
        return Agreement.EXCEPT if self.differences else Agreement.AGREE

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        """Return what differs for no reason that is known, or was not seen."""
        return tuple(each for each in self.differences if each.why not in KNOWN)


def reconciled(report: Report, history: History, day: date | None = None) -> Reconciliation:
    """Return the accountant's report of an examination, made as of that day."""
    found = (*_found(report, history), *(_waits(one, report, history) for one in report.excepted))
    return Reconciliation(
        tenant=report.tenant,
        day=day,
        home=report.home,
        rows=report.rows,
        totals=report.totals,
        differences=tuple(sorted(found, key=_place)),
    )


def _place(difference: Difference) -> tuple[bool, str, str]:
    return difference.why in KNOWN, difference.customer.casefold(), difference.document


def _found(report: Report, history: History) -> Iterator[Difference]:
    """Yield one difference for each document that findings name, with all that they say."""
    by_document: defaultdict[str, list[Finding]] = defaultdict(list)
    for each in report.findings:
        by_document[each.where].append(each)
    for where, findings in by_document.items():
        sides = report.sides.get(where, Sides())
        why, words = _why(where, findings, sides, history)
        yield _with_event(
            Difference(
                document=where,
                number=sides.number,
                customer=findings[0].customer,
                currency=findings[0].currency,
                mediaos=sides.mediaos,
                qbo=sides.qbo,
                amount=max(each.amount or ZERO for each in findings),
                why=why,
                detail="; ".join(filter(None, (words, *_said(findings)))),
            ),
            (where, *sides.records),
            history,
        )


def _waits(waits: Waiting, report: Report, history: History) -> Difference:
    difference = Difference(
        document=waits.document,
        number=report.sides.get(waits.document, Sides()).number,
        customer=waits.customer,
        currency=waits.currency,
        mediaos=waits.mediaos,
        qbo=waits.qbo,
        amount=waits.amount,
        why=_of_waiting(waits),
        detail=": ".join(filter(None, (waits.reason, waits.detail))),
    )
    # What only QuickBooks knows is told with its customer, whose own story is another one.
    names = () if waits.how is How.NEIGHBOUR and _of_customer(waits) else waits.records
    return _with_event(difference, (waits.document, *names), history)


def _of_customer(waits: Waiting) -> bool:
    records = map(record_of, waits.records)
    return all(each is not None and each.kind is Kind.CUSTOMER for each in records)


def _with_event(difference: Difference, names: Iterable[str], history: History) -> Difference:
    touches = [history.last[name] for name in names if name in history.last]
    if not touches:
        return difference
    last = max(touches, key=lambda each: each.place)
    return replace(difference, event=last.what, at=last.at)


def _of_waiting(waits: Waiting) -> Why:
    match waits.how:
        case How.PARKED:
            return Why.CONFLICT if waits.reason == ParkReason.CONFLICT else Why.PARKED
        case How.UNPLACED:
            return Why.ONE_SIDED
        case How.NEIGHBOUR:
            return Why.NEIGHBOUR
        case How.VARIANCE:
            return Why.VARIANCE


def _why(
    where: str, findings: Sequence[Finding], sides: Sides, history: History
) -> tuple[Why, str]:
    """Return why a document differs that does not wait by itself, and what is said of it."""
    records = {each for each in map(record_of, (where, *sides.records)) if each is not None}
    in_work = next(
        filter(None, (_in_work(where, records, lane) for lane in history.lanes.values())), ""
    )
    if in_work or all(each.what in LEFT for each in findings):
        return Why.IN_WORK, in_work or "an event of it is held back"
    if any(each.what is What.NOT_SEEN for each in findings):
        return Why.NOT_SEEN, "a change of it has not come in"
    if records and not any(str(record) in history.last for record in records):
        return Why.NOT_SEEN, "no event of it has come in"
    return Why.UNKNOWN, ""


def _in_work(where: str, records: Collection[RecordRef], lane: Lane) -> str:
    """Return what a lane still has to do with a document; blank where that is nothing."""
    of = {where} | {name for name, known in lane.records.items() if known & set(records)}
    if lane.in_flight is not None and lane.in_flight.document in of:
        return f"it is being written to {lane.in_flight.command.side.called}"
    mine = of & lane.records.keys() or any(each.name in records for each in lane.held.values())
    if mine and lane.stands:
        return lane.stands
    held = any(each.name in records for each in lane.held.values())
    return "others of its customer go first" if held else ""


def _said(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield findings in words: `wrong amount, total: expected 337.50, found 337.51`."""
    for each in findings:
        if each.what not in LEFT:
            what = f"{each.what}, {each.field}" if each.field else str(each.what)
            yield f"{what}: expected {each.expected}, found {each.found}"
