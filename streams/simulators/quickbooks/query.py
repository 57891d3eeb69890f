"""Which records does a statement of QBO's query language select?

The grammar is small (2.4): no OR, no projections. Names, keywords and string values compare without
case, and name lists hide what is inactive unless the statement asks for it.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from streams.simulators.quickbooks.amounts import exact
from streams.simulators.quickbooks.book import TRANSACTIONS, Book, Record
from streams.simulators.quickbooks.clock import pacific_date, parse_stamp
from streams.simulators.quickbooks.neighbours.table import wrapped
from streams.simulators.quickbooks.recurring import KIND as TEMPLATE
from streams.simulators.quickbooks.recurring import unwrapped
from streams.simulators.quickbooks.shape import REF, Shape
from streams.simulators.quickbooks.shapes import SHAPES
from streams.simulators.quickbooks.statement import CURRENT_DATE, Condition, invalid, parse
from streams.simulators.quickbooks.tax_codes import KINDS as TAX_KINDS
from streams.simulators.quickbooks.tax_codes import pseudo_codes

#: Kinds that are read and not shaped by what clients send.
READ_ONLY_KINDS = ("CompanyInfo", "Preferences", "Budget", *TAX_KINDS)
_KINDS = {kind.casefold(): kind for kind in (*SHAPES, *READ_ONLY_KINDS)}

#: Single values that are reported as not queryable all the same (quickbooks-money.md 1, 7).
_NEVER_ASKED = frozenset({"UnappliedAmt", "DepartmentRef"})

_Comparable = Decimal | datetime | bool | str


def run_query(book: Book, text: str) -> Record:
    """Return the QueryResponse of a statement (2.4). Faults 4000 and 4001."""
    statement = parse(text)
    kind = _KINDS.get(statement.kind.casefold())
    if kind is None:
        raise invalid(f"invalid context declaration: {statement.kind}")
    where = [_resolved(book, kind, condition) for condition in statement.where]
    found = [record for record in _visible(book, kind, where) if _matches(record, where)]
    pseudo = pseudo_codes(book) if kind == "TaxCode" else []
    pseudo = [record for record in pseudo if _matches(record, where)]
    if statement.counts:
        return {"totalCount": len(pseudo) + len(found)}
    order = _path(kind, statement.order) if statement.order else None
    found = _sorted(kind, found, order, descending=statement.descending)
    page = found[statement.start - 1 : statement.start - 1 + statement.limit]
    if statement.start == 1:
        # Beyond what the page holds, as python-quickbooks found out (2.4).
        page = [*pseudo, *page]
    if not page:
        return {}
    if kind == TEMPLATE:
        page = [unwrapped(record) for record in page]
    return {wrapped(kind): page, "startPosition": statement.start, "maxResults": len(page)}


def _resolved(book: Book, kind: str, condition: Condition) -> Condition:
    """Return the condition with the entity's own spelling of the name and with today's date."""
    today = pacific_date(book.now()).isoformat()
    name = _path(kind, condition.name)
    if name == "Id" and condition.operator not in ("=", "IN"):
        raise invalid(f"Operator {condition.operator} is not supported for Id")
    values = tuple(today if value is CURRENT_DATE else value for value in condition.values)
    return Condition(name=name, operator=condition.operator, values=values)


def _path(kind: str, name: str) -> str:
    if kind not in SHAPES:
        return name
    shape: Shape | list[Shape] | None = SHAPES[kind]
    spelled = []
    for part in name.split("."):
        known = {key.casefold(): key for key in shape} if isinstance(shape, dict) else {}
        key = known.get(part.casefold())
        if key is None or not isinstance(shape, dict):
            raise invalid(f"Property {name} not found for Entity {kind}")
        spelled.append(key)
        shape = shape[key]
    structured = isinstance(shape, list) or (isinstance(shape, dict) and shape is not REF)
    if structured or spelled[-1] in _NEVER_ASKED:
        raise invalid(f"property '{name}' is not queryable")
    return ".".join(spelled)


def _visible(book: Book, kind: str, where: list[Condition]) -> Iterable[Record]:
    asked = any(condition.name == "Active" for condition in where)
    return (record for record in book.queried(kind) if asked or record.get("Active") is not False)


def _matches(record: Record, where: list[Condition]) -> bool:
    return all(_holds(_value(record, condition.name), condition) for condition in where)


def _value(record: Record, path: str) -> Any:
    value: Any = record
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    # A reference compares by the id it leads to.
    return value.get("value") if isinstance(value, dict) else value


def _holds(stored: Any, condition: Condition) -> bool:
    if stored is None or isinstance(stored, list):
        return False
    if condition.operator == "LIKE":
        return _like(str(stored), str(condition.values[0]))
    own = _comparable(stored, condition.name)
    return any(_compare(own, condition, value) for value in condition.values)


def _compare(own: _Comparable, condition: Condition, value: Any) -> bool:
    try:
        other: Any = _comparable(
            exact(value) if isinstance(own, Decimal) else value, condition.name
        )
    except (TypeError, ValueError) as reason:
        raise invalid(f"Invalid value {value} for {condition.name}") from reason
    if type(other) is not type(own):
        other = str(other).casefold()
        own = str(own).casefold()
    match condition.operator:
        case "<":
            return bool(own < other)
        case ">":
            return bool(own > other)
        case "<=":
            return bool(own <= other)
        case ">=":
            return bool(own >= other)
        case "!=":
            return bool(own != other)
        case _:
            return bool(own == other)


def _comparable(value: Any, name: str) -> _Comparable:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if name.startswith("MetaData."):
        return parse_stamp(value)
    return str(value).casefold()


def _like(stored: str, pattern: str) -> bool:
    """Match with `%` as the only wildcard (2.4), left to right."""
    first, *rest = pattern.casefold().split("%")
    text = stored.casefold()
    if not rest:
        return text == first
    if not text.startswith(first):
        return False
    place = len(first)
    for part in rest[:-1]:
        place = text.find(part, place) + len(part)
        if place < len(part):
            return False
    return len(text) - len(rest[-1]) >= place and text.endswith(rest[-1])


def _alphabetical(record: Record) -> str:
    names = (record.get(key) for key in ("FullyQualifiedName", "DisplayName", "Name"))
    return next((str(name) for name in names if name), "")


def _touched(record: Record) -> datetime:
    return parse_stamp(record["MetaData"]["LastUpdatedTime"])


def _sorted(kind: str, found: list[Record], order: str | None, *, descending: bool) -> list[Record]:
    if order is None:
        # Recorded: names by their bytes, those below another behind it, and first the transaction
        # that was touched last.
        if kind in TRANSACTIONS:
            found.reverse()
            return sorted(found, key=_touched, reverse=True)
        return sorted(found, key=_alphabetical)

    def rank(record: Record) -> tuple[bool, Any]:
        value = _value(record, order)
        if value is None:
            return (False, 0)
        number = order in {"Id", "SyncToken"} and str(value).isdecimal()
        return (True, int(value) if number else _comparable(value, order))

    return sorted(found, key=rank, reverse=descending)
