"""Which records does a list show, in which order, and on which page?

A parameter that is not known is refused rather than ignored: a misspelt filter would return every
record of the account. ``_after`` includes its bound and ``_before`` does not, so that windows tile
without a gap; the documentation leaves this open (mediaos-api.md section 9).
"""

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from streams.simulators.mediaos.book import Book, Kind, Record
from streams.simulators.mediaos.fields import Reader, Readers, bad, moment, number, read_body

#: Reads a parameter's text into the question whether a record is wanted.
Filter = Callable[[Any], Callable[[Record], bool]]

DEFAULT_PER_PAGE = 25
MAX_PER_PAGE = 100


def _same(field: str) -> Filter:
    return lambda text: lambda record: bool(record[field] == text)


def _of(field: str) -> Filter:
    return lambda text: _same(field)(_id(text))


def _id(text: Any) -> Any:
    # Blank, it would be of nobody and find nothing, as if that were an answer.
    if not (text.isascii() and text.isdigit()):
        raise bad("an id")
    return text


def _against(
    field: str, compare: Callable[[Any, Any], bool], read: Reader, weigh: Callable[[Any], Any]
) -> Filter:
    def made(text: Any) -> Callable[[Record], bool]:
        bound = weigh(read(text))
        return lambda record: compare(weigh(record[field]), bound)

    return made


def _dates(field: str) -> dict[str, Filter]:
    # A time as MediaOS writes it sorts as text does.
    return {
        f"{field}_after": _against(field, operator.ge, moment, str),
        f"{field}_before": _against(field, operator.lt, moment, str),
    }


def _amounts(field: str) -> dict[str, Filter]:
    return {
        "amount_from": _against(field, operator.ge, number(), Decimal),
        "amount_to": _against(field, operator.le, number(), Decimal),
    }


def _applied_to(text: Any) -> Callable[[Record], bool]:
    invoice_id = _id(text)
    return lambda record: any(line["invoice_id"] == invoice_id for line in record["lines"])


_ALL: dict[str, Filter] = {
    "external_reference": _same("external_reference"),
    **_dates("date_created"),
    **_dates("date_modified"),
}
FILTERS: Mapping[Kind, Mapping[str, Filter]] = {
    "advertisers": _ALL,
    "products": _ALL,
    "invoiceLineItemTypes": _ALL,
    "terms": _ALL,
    "invoices": {
        **_ALL,
        "advertiser_id": _of("advertiser_id"),
        "contract_id": _of("contract_id"),
        "external_number": _same("external_number"),
        **_amounts("total"),
        **_dates("date_due"),
    },
    "creditMemos": {
        **_ALL,
        "advertiser_id": _of("advertiser_id"),
        "external_number": _same("external_number"),
        **_amounts("total"),
    },
    "payments": {
        **_ALL,
        "advertiser_id": _of("advertiser_id"),
        "invoice_id": _applied_to,
        **_amounts("amount"),
    },
    "creditApplications": {
        **_ALL,
        "advertiser_id": _of("advertiser_id"),
        "invoice_id": _applied_to,
    },
    "refunds": {
        **_ALL,
        "advertiser_id": _of("advertiser_id"),
        "external_number": _same("external_number"),
        **_amounts("total"),
    },
}
_SORTS_OF_ALL = ("id", "date_created", "date_modified")
SORTS: Mapping[Kind, tuple[str, ...]] = {
    "advertisers": (*_SORTS_OF_ALL, "name"),
    "products": (*_SORTS_OF_ALL, "name"),
    "invoiceLineItemTypes": (*_SORTS_OF_ALL, "name"),
    "terms": (*_SORTS_OF_ALL, "name"),
    "invoices": (*_SORTS_OF_ALL, "date_due", "total"),
    "creditMemos": (*_SORTS_OF_ALL, "total"),
    "payments": (*_SORTS_OF_ALL, "amount"),
    "creditApplications": _SORTS_OF_ALL,
    "refunds": (*_SORTS_OF_ALL, "total"),
}
#: Only invoices have a documented page of their own with a default order (section 3.1).
ORDERS: Mapping[Kind, str] = {
    "advertisers": "asc",
    "products": "asc",
    "invoiceLineItemTypes": "asc",
    "terms": "asc",
    "invoices": "desc",
    "creditMemos": "asc",
    "payments": "asc",
    "creditApplications": "asc",
    "refunds": "asc",
}


def listed(book: Book, kind: Kind, params: Mapping[str, str]) -> dict[str, Any]:
    """Give one page under the kind's own name, and in ``count`` how many match in all."""
    asked = read_body(dict(params), {**FILTERS[kind], **_paging(kind)})
    wanted = [asked[name] for name in FILTERS[kind] if name in asked]
    found = [
        record
        for record in book.records[kind].values()
        if (asked.get("include_deleted") or record["date_deleted"] is None)
        and all(wants(record) for wants in wanted)
    ]
    descending = asked.get("sort_order", ORDERS[kind]) == "desc"
    found.sort(key=_sort_key(asked.get("sort_by", "id")), reverse=descending)
    per_page = asked.get("per_page", DEFAULT_PER_PAGE)
    first = (asked.get("page", 1) - 1) * per_page
    return {kind: found[first : first + per_page], "count": len(found)}


def _paging(kind: Kind) -> Readers:
    return {
        "page": _whole(10**6),
        "per_page": _whole(MAX_PER_PAGE),
        "sort_by": _one_of(SORTS[kind]),
        "sort_order": _one_of(("asc", "desc")),
        "include_deleted": lambda text: _one_of(("true", "false", "1", "0"))(text) in {"true", "1"},
    }


def _whole(most: int) -> Reader:
    def read(text: Any) -> int:
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
            raise bad(f"a whole number from 1 to {most}")
        return int(text)

    return read


def _one_of(choices: tuple[str, ...]) -> Reader:
    def read(text: Any) -> Any:
        if text not in choices:
            raise bad(f"one of {', '.join(choices)}")
        return text

    return read


def _sort_key(field: str) -> Callable[[Record], Any]:
    weigh: Callable[[Any], Any] = Decimal if field in {"id", "total", "amount"} else str
    return lambda record: (weigh(record[field]), int(record["id"]))
