"""What does QuickBooks have that things of MediaOS are mapped to?  A list of names for each kind.

All of them look alike: each name has an id and a token, and is active or not.
"""

from collections.abc import Mapping
from urllib.parse import quote

import msgspec

from schemas.catalog import NotUnderstoodError
from schemas.outcomes import No, Unknown
from schemas.values import MappingKind
from streams.ports import Target
from streams.remotes.quickbooks.queries import query_request
from streams.remotes.quickbooks.statements import EVERY, PAGE
from streams.remotes.quickbooks.wire import Request, get_request
from streams.remotes.quickbooks.wire_replies import Reply, entity_called, name_shown

#: By what is mapped, what QuickBooks calls those that it is mapped to.
NAME_LISTS: dict[MappingKind, str] = {
    MappingKind.PRODUCT: "Item",
    MappingKind.LINE_TYPE: "Item",
    MappingKind.PAYMENT_TYPE: "PaymentMethod",
    MappingKind.PAYMENT_ACCOUNT: "Account",
    MappingKind.REFUND_ACCOUNT: "Account",
    MappingKind.TAX_CODE: "TaxCode",
    MappingKind.CLASS: "Class",
    MappingKind.LOCATION: "Department",
    MappingKind.TERM: "Term",
}


class _Page(msgspec.Struct, frozen=True):
    query_response: dict[str, msgspec.Raw] = msgspec.field(name="QueryResponse")


_decode = msgspec.json.Decoder(_Page).decode


def name_request(kind: MappingKind, target: str) -> Request:
    """Return the request that reads one name by its id."""
    return get_request(f"/{NAME_LISTS[kind].lower()}/{quote(target, safe='')}")


def names_request(kind: MappingKind, start: int) -> Request:
    """Return the request for a page of a list, inactive names too, `start` from 1."""
    order = f"ORDERBY Id STARTPOSITION {start} MAXRESULTS {PAGE}"
    return query_request(" ".join(("SELECT * FROM", NAME_LISTS[kind], "WHERE", EVERY, order)))


def name_read(kind: MappingKind, target: str, reply: Reply) -> Target | No | Unknown:
    """Return what an answer shows of a name; of one that is not there, that it is gone."""
    entity = entity_called(NAME_LISTS[kind], target, reply)
    if isinstance(entity, No | Unknown):
        return entity
    try:
        return name_shown(entity)
    except NotUnderstoodError as wrong:
        return Unknown(detail=f"QuickBooks' answer is not understood: {wrong}")


def names_read(kind: MappingKind, body: bytes) -> tuple[Target, ...]:
    """Return the names of a page; an empty one does not name its list at all."""
    page: Mapping[str, msgspec.Raw] = _decode(body).query_response
    found = page.get(NAME_LISTS[kind])
    rows = [] if found is None else msgspec.json.decode(found, type=list[msgspec.Raw])
    return tuple(name_shown(bytes(row)) for row in rows)
