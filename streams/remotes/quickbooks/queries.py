"""Which questions does QuickBooks' query language answer for us, and what do the answers hold?

How a record is looked for that a create may have made, each kind says itself (kinds/).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from schemas.limits import moment
from schemas.values import Kind
from streams.remotes.quickbooks import wire_models as raw
from streams.remotes.quickbooks.kinds.table import ENTITIES
from streams.remotes.quickbooks.statements import EVERY, PAGE, quoted
from streams.remotes.quickbooks.wire import MINOR_VERSION, Request

Row = Mapping[str, Any]

#: How an answer names the number of all that was asked for, where it does.
TOTAL = "totalCount"

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
    """One page of the records that changed since a time, the oldest change first.

    `total` is how many there are in all, where QuickBooks says it (2.4).
    """

    rows: tuple[Row, ...]
    at: datetime
    realm: str
    total: int | None = None


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
        "entities": ",".join(dict.fromkeys(ENTITIES[kind].name for kind in kinds)),
        "changedSince": since.astimezone(UTC).isoformat(timespec="seconds"),
        "minorversion": MINOR_VERSION,
    }
    return Request(method="GET", path="/cdc", params=params)


def changed_since(kind: Kind, since: datetime, start: int) -> str:
    """Return the statement for a page of what changed since then, from its start-th on (2.4)."""
    time = since.astimezone(UTC).isoformat(timespec="seconds")
    shown = f" AND {EVERY}" if ENTITIES[kind].name_list else ""
    where = f"MetaData.LastUpdatedTime >= {quoted(time)}{shown}"
    order = f"ORDERBY MetaData.LastUpdatedTime STARTPOSITION {start} MAXRESULTS {PAGE}"
    return selected(kind, f"{where} {order}")


def selected(kind: Kind, where: str) -> str:
    """Return the statement for the records of a kind; quote every value in `where`."""
    return ENTITIES[kind].select(where)


def by_ids(kind: Kind, ids: Iterable[str]) -> str:
    """Return the statement for the records with these ids, at most a page, inactive ones too."""
    wanted = f"Id IN ({', '.join(quoted(each) for each in sorted(ids))})"
    shown = f" AND {EVERY}" if ENTITIES[kind].name_list else ""
    return selected(kind, f"{wanted}{shown} MAXRESULTS {PAGE}")


def rows_of(kind: Kind, body: bytes) -> tuple[Row, ...]:
    """Return the records of a query's answer; an empty one does not name the kind at all."""
    return tuple(_decode(body)["QueryResponse"].get(ENTITIES[kind].name, ()))


def entities_of(kind: Kind, body: bytes) -> Mapping[str, bytes]:
    """Return the records of a query's answer by their ids, word for word."""
    found = _decode_raw(body).query_response.get(ENTITIES[kind].name)
    rows = [] if found is None else msgspec.json.decode(found, type=list[msgspec.Raw])
    return {msgspec.json.decode(row, type=raw.Entity).id: bytes(row) for row in rows}


def page_listed(kind: Kind, body: bytes, realm: str) -> Listed:
    """Return what a page of a list holds."""
    answer = _decode(body)
    return Listed(
        rows=rows_of(kind, body),
        at=_time(answer),
        realm=realm,
        total=answer["QueryResponse"].get(TOTAL),
    )


def captured(kinds: Sequence[Kind], body: bytes, realm: str) -> Captured:
    """Return what a CDC answer holds."""
    answer = _decode(body)
    found: dict[Kind, tuple[Row, ...]] = dict.fromkeys(kinds, ())
    names = {kind: ENTITIES[kind].name for kind in kinds}
    more = False
    for part in answer["CDCResponse"][0]["QueryResponse"]:
        here = {kind: tuple(part[name]) for kind, name in names.items() if name in part}
        more = more or sum(map(len, here.values())) < part.get(TOTAL, 0)
        found |= here
    return Captured(
        rows=found,
        at=_time(answer),
        truncated=more or sum(map(len, found.values())) >= PAGE,
        realm=realm,
    )


def _time(answer: Row) -> datetime:
    return moment(datetime.fromisoformat(answer["time"]), "time")


def first(name: str, body: bytes) -> Row:
    """Return the first record of a query's answer; LookupError where there is none."""
    return _row(_decode(body)["QueryResponse"][name][0])


def listed(name: str, body: bytes) -> Row:
    """Return all records of a query's answer, under their name; there may be none."""
    return {name: tuple(map(_row, _decode(body)["QueryResponse"].get(name, ())))}


def only(name: str, body: bytes) -> Row:
    """Return the one record of an answer."""
    return _row(_decode(body)[name])


def _row(found: Any) -> Row:
    """Return what is a record; TypeError where it is something else."""
    if not isinstance(found, dict):
        raise TypeError(f"expected a record, got {type(found).__name__}")
    return found
