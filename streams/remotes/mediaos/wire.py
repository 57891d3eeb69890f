"""What is asked of MediaOS?  A command or a question becomes an HTTP request, without any I/O.

A create and an update both send exactly the named fields; an update also names the row version it
was decided on, and MediaOS refuses it with 412 when the record has moved on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import msgspec

from schemas.commands import Write
from schemas.values import Kind
from streams.remotes.mediaos.bodies import UnsendableError, body_of

PATHS: Mapping[Kind, str] = {
    Kind.CUSTOMER: "advertisers",
    Kind.INVOICE: "invoices",
    Kind.PAYMENT: "payments",
    Kind.PRODUCT: "products",
}
#: mediaos-api.md 1, per_page.
PER_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request; `path` follows the account's base URL."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)


def build(command: Write) -> Request:
    """Return the request of a command; UnsendableError names what MediaOS does not take."""
    body = msgspec.json.encode(body_of(command))
    headers = {"content-type": "application/json", "idempotency-key": command.request_id}
    if command.target is None:
        return Request(method="POST", path=_path(command.kind), headers=headers, body=body)
    if command.based_on is None:
        raise UnsendableError("based_on", "an update names the row version it was decided on")
    headers["if-match"] = f'"{command.based_on.number}"'
    return Request(
        method="PATCH", path=_path(command.kind, command.target), headers=headers, body=body
    )


def read_request(kind: Kind, record_id: str) -> Request:
    """Return the request that reads one record by its id."""
    return Request(method="GET", path=_path(kind, record_id))


def list_request(kind: Kind, filters: Mapping[str, str], page: int) -> Request:
    """Return the request of one page of a list, from 1.

    In the order of ids and with the deleted ones, so that nothing that happens between two pages
    moves a record from one to the other.
    """
    paging = {
        "page": str(page),
        "per_page": str(PER_PAGE),
        "sort_by": "id",
        "sort_order": "asc",
        "include_deleted": "true",
    }
    return Request(method="GET", path=_path(kind), params={**filters, **paging})


def _path(kind: Kind, record_id: str = "") -> str:
    return f"/{PATHS[kind]}/{quote(record_id, safe='')}"
