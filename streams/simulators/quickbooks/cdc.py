"""What has changed since a moment, and what has CDC no room to tell?

The 1,000 objects of an answer are shared by all entities asked for, and nothing says that there
were more (2.5).
"""

from datetime import datetime, timedelta

from streams.simulators.quickbooks.book import Book, Record
from streams.simulators.quickbooks.clock import parse_stamp, second_stamp
from streams.simulators.quickbooks.neighbours.table import NEIGHBOURS, wrapped
from streams.simulators.quickbooks.refusals import Fault, missing
from streams.simulators.quickbooks.shapes import SHAPES

_LOOK_BACK = timedelta(days=30)
_ROOM = 1000
_SILENT = {
    "ExchangeRate",
    "RecurringTransaction",
    "TaxAgency",
    *(kind for kind, row in NEIGHBOURS.items() if not row.is_captured),
}
_KINDS = {kind.casefold(): kind for kind in SHAPES if kind not in _SILENT}


def changes_since(book: Book, entities: str, since: str) -> list[Record]:
    """Return the CDCResponse (2.5). Faults 2020, 2060, and 2000 for an entity it cannot tell of."""
    if not entities:
        raise missing("entities")
    start = _start(book, since)
    room = _ROOM
    answers: list[Record] = []
    for name in entities.split(","):
        kind = _KINDS.get(name.strip().casefold())
        if kind is None:
            raise Fault("2000", f"Invalid Object Name : {name.strip()} has no change data capture")
        found = _changed(book, kind, start)[:room]
        room -= len(found)
        answer = (
            {wrapped(kind): found, "startPosition": 1, "maxResults": len(found)} if found else {}
        )
        answers.append(answer)
    return [{"QueryResponse": answers}]


def _start(book: Book, since: str) -> datetime:
    try:
        start = parse_stamp(since)
    except ValueError as reason:
        # The code is invented. A "+" that was not escaped in the address arrives as a blank.
        raise Fault(
            "2060", f"Invalid Date : changedSince {since!r} is no ISO 8601 time"
        ) from reason
    horizon = book.now() - _LOOK_BACK
    if start >= horizon:
        return start
    match book.settings().cdc_beyond_horizon:
        case "refused":
            raise Fault("2060", "Invalid Date : changedSince must lie in the last 30 days")
        case "clipped":
            return horizon
        case _:
            return start


def _changed(book: Book, kind: str, start: datetime) -> list[Record]:
    # MetaData has whole seconds, so a change in the second of `start` is told again.
    start = start.replace(microsecond=0)
    dead = [
        {
            "domain": "QBO",
            "status": "Deleted",
            "Id": record_id,
            "MetaData": {"LastUpdatedTime": second_stamp(at)},
        }
        for (name, record_id), at in book.deleted.items()
        if name == kind
    ]
    found = [
        (parse_stamp(record["MetaData"]["LastUpdatedTime"]), record)
        for record in (*book.all(kind), *dead)
    ]
    recent = [(at, record) for at, record in found if at >= start]
    return [record for _, record in sorted(recent, key=lambda pair: pair[0])]
