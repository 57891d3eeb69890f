"""What is asked of MediaOS?  A command or a question becomes an HTTP request, without any I/O.

A create and an update both send exactly the named fields; an update also names the row version it
was decided on, and MediaOS refuses it with 412 when the record has moved on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import msgspec

from schemas.below_zero import invoice_of
from schemas.commands import Command, Create, Remove, Update
from schemas.values import Kind
from streams.remotes.mediaos.bodies import body_of
from streams.remotes.mediaos.kinds.table import ENTITIES
from streams.remotes.mediaos.wire_writing import UnsendableError

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


def build(command: Command) -> Request:
    """Return the request of a command; UnsendableError names what MediaOS does not take."""
    if isinstance(command, Remove):
        return _removal(command)
    body = msgspec.json.encode(body_of(command))
    headers = {"content-type": "application/json", "idempotency-key": command.request_id}
    if isinstance(command, Create):
        return Request(method="POST", path=_path(command.kind), headers=headers, body=body)
    headers |= _as_decided(command)
    return Request(
        method="PATCH", path=_path(command.kind, command.target), headers=headers, body=body
    )


def _removal(command: Remove) -> Request:
    if command.how not in ENTITIES[command.kind].removals:
        raise UnsendableError("target", f"MediaOS has no {command.how} of a {command.kind}")
    headers = {"idempotency-key": command.request_id, **_as_decided(command)}
    return Request(method="DELETE", path=_path(command.kind, command.target), headers=headers)


def _as_decided(command: Update | Remove) -> dict[str, str]:
    return {"if-match": f'"{command.based_on.number}"'}


def read_request(kind: Kind, record_id: str) -> Request:
    """Return the request that reads one record by its id."""
    return Request(method="GET", path=_path(kind, record_id))


def list_request(kind: Kind, filters: Mapping[str, str], page: int) -> Request:
    """Return the request of one page of a list of records, from 1."""
    return page_request(ENTITIES[kind].path, filters, page)


def page_request(name: str, filters: Mapping[str, str], page: int) -> Request:
    """Return the request of one page of a list that is called so, from 1.

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
    return Request(method="GET", path=f"/{name}/", params={**filters, **paging})


def _path(kind: Kind, record_id: str = "") -> str:
    invoice = invoice_of(record_id) if kind is Kind.CREDIT_MEMO else None
    if invoice is not None:
        kind, record_id = Kind.INVOICE, invoice
    return f"/{ENTITIES[kind].path}/{quote(record_id, safe='')}"
