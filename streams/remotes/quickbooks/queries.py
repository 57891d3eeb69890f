"""Which questions does QuickBooks' query language answer for us, and what do the answers hold?

Notes cannot be searched, so a marker is looked for among a customer's newest records; and inactive
names are hidden unless asked for (quickbooks-online.md 2.4).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from schemas.commands import Write
from schemas.records import Customer, Invoice, Payment, Product, Record
from schemas.values import Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.wire import MINOR_VERSION, NAMES, Request

Row = Mapping[str, Any]

#: The longest page, and what all kinds of a CDC answer share (2.4, 2.5).
PAGE = 1000

NEWEST = f"ORDERBY MetaData.CreateTime DESC MAXRESULTS {PAGE}"
EVERY = "Active IN (true, false)"
#: Kinds whose inactive records a query hides.
NAME_LISTS = frozenset({Kind.CUSTOMER, Kind.PRODUCT})

_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


class _Answer(msgspec.Struct, frozen=True):
    query_response: dict[str, msgspec.Raw] = msgspec.field(name="QueryResponse")


_decode_raw = msgspec.json.Decoder(_Answer).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What changed since a time, by kind; `at` is QuickBooks' own clock.

    A truncated answer has changes left out that no later one will show: list anew instead (2.5).
    """

    rows: Mapping[Kind, tuple[Row, ...]]
    at: datetime
    truncated: bool
    realm: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One page of the records that changed since a time, the oldest change first."""

    rows: tuple[Row, ...]
    at: datetime
    realm: str


@dataclass(frozen=True, slots=True)
class Look:
    """One way to find a record; of what it lists by marker only ours is meant."""

    statement: str
    by_marker: bool = False


def query_request(statement: str) -> Request:
    """Return the request that asks a statement, as python-quickbooks sends it."""
    return Request(
        method="POST",
        path="/query",
        params={"minorversion": MINOR_VERSION},
        body=statement.encode(),
        content_type="application/text",
    )


def cdc_request(kinds: Sequence[Kind], since: datetime) -> Request:
    """Return the request for everything that changed since then, 30 days back at most."""
    params = {
        "entities": ",".join(NAMES[kind] for kind in kinds),
        "changedSince": since.astimezone(UTC).isoformat(timespec="seconds"),
        "minorversion": MINOR_VERSION,
    }
    return Request(method="GET", path="/cdc", params=params)


def changed_since(kind: Kind, since: datetime, start: int) -> str:
    """Return the statement for a page of what changed since then, from its start-th on (2.4)."""
    time = since.astimezone(UTC).isoformat(timespec="seconds")
    shown = f" AND {EVERY}" if kind in NAME_LISTS else ""
    where = f"MetaData.LastUpdatedTime >= {quoted(time)}{shown}"
    order = f"ORDERBY MetaData.LastUpdatedTime STARTPOSITION {start} MAXRESULTS {PAGE}"
    return selected(kind, f"{where} {order}")


def batch_request(items: Sequence[Row], request_id: str) -> Request:
    """Return the request that does up to 30 items, each with a `bId`, one after the other (2.6)."""
    return Request(
        method="POST",
        path="/batch",
        params={"requestid": request_id, "minorversion": MINOR_VERSION},
        body=_encode({"BatchItemRequest": items}),
    )


def looks(command: Write) -> tuple[Look, ...]:
    """Return how to find a record that a create may have made, the likeliest way first."""
    kind = command.kind
    match command.record:
        case Customer(name=name):
            return (
                Look(selected(kind, f"DisplayName = {quoted(name)} AND {EVERY}")),
                Look(selected(kind, f"{EVERY} {NEWEST}"), by_marker=True),
            )
        case Product(name=name):
            return (Look(selected(kind, f"Name = {quoted(name)} AND {EVERY}")),)
        case Invoice(customer=customer) | Payment(customer=customer):
            newest = selected(kind, f"CustomerRef = {quoted(customer)} {NEWEST}")
            return (*_by_number(command), Look(newest, by_marker=True))


def selected(kind: Kind, where: str) -> str:
    """Return the statement for the records of a kind; quote every value in `where`."""
    return " ".join(("SELECT * FROM", NAMES[kind], "WHERE", where))


def by_ids(kind: Kind, ids: Iterable[str]) -> str:
    """Return the statement for the records with these ids, at most a page, inactive ones too."""
    wanted = f"Id IN ({', '.join(quoted(each) for each in sorted(ids))})"
    shown = f" AND {EVERY}" if kind in NAME_LISTS else ""
    return selected(kind, f"{wanted}{shown} MAXRESULTS {PAGE}")


def listed(kind: Kind, start: int) -> str:
    """Return the statement for a page of a name list, inactive names too, `start` from 1."""
    return selected(kind, f"{EVERY} ORDERBY Id STARTPOSITION {start} MAXRESULTS {PAGE}")


def numbered(number: str) -> str:
    """Return the statement for the invoices that have this document number."""
    return selected(Kind.INVOICE, f"DocNumber = {quoted(number)}")


def marker_of(record: Record | None) -> str | None:
    """Return the marker of a record that may carry one."""
    match record:
        case Customer() | Invoice() | Payment():
            return record.marker
        case _:
            return None


def quoted(text: str) -> str:
    """Return a value of a statement."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def rows_of(kind: Kind, body: bytes) -> tuple[Row, ...]:
    """Return the records of a query's answer; an empty one does not name the kind at all."""
    return tuple(_decode(body)["QueryResponse"].get(NAMES[kind], ()))


def entities_of(kind: Kind, body: bytes) -> Mapping[str, bytes]:
    """Return the records of a query's answer by their ids, word for word."""
    found = _decode_raw(body).query_response.get(NAMES[kind])
    rows = [] if found is None else msgspec.json.decode(found, type=list[msgspec.Raw])
    return {msgspec.json.decode(row, type=raw.Entity).id: bytes(row) for row in rows}


def page_listed(kind: Kind, body: bytes, realm: str) -> Listed:
    """Return what a page of a list holds."""
    return Listed(rows=rows_of(kind, body), at=_time(_decode(body)), realm=realm)


def captured(kinds: Sequence[Kind], body: bytes, realm: str) -> Captured:
    """Return what a CDC answer holds."""
    answer = _decode(body)
    found: dict[Kind, tuple[Row, ...]] = dict.fromkeys(kinds, ())
    for part in answer["CDCResponse"][0]["QueryResponse"]:
        found |= {kind: tuple(part[NAMES[kind]]) for kind in kinds if NAMES[kind] in part}
    return Captured(
        rows=found,
        at=_time(answer),
        truncated=sum(map(len, found.values())) >= PAGE,
        realm=realm,
    )


def _time(answer: Row) -> datetime:
    return datetime.fromisoformat(answer["time"]).astimezone(UTC)


def batch_answers(body: bytes) -> Mapping[str, Row]:
    """Return each item's answer by its `bId`: a record, a QueryResponse or a Fault."""
    return {item["bId"]: item for item in _decode(body)["BatchItemResponse"]}


def only(name: str, body: bytes) -> Row:
    """Return the one record of an answer."""
    found: Row = _decode(body)[name]
    return found


def _by_number(command: Write) -> tuple[Look, ...]:
    match command.record:
        case Invoice(number=str(number)) if not command.auto_number:
            return (Look(numbered(number)),)
        case _:
            return ()
