"""What is asked of QuickBooks?  A command becomes one request, without any I/O.

A create sends the fields that the command names, an update is sparse and sends exactly those;
python-quickbooks' own saving would send a full update with its defaults (quickbooks-online.md 7.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import msgspec

from schemas.commands import Command, Create, Remove, Update
from schemas.values import Kind
from streams.remotes.quickbooks.kinds.table import ENTITIES
from streams.remotes.quickbooks.wire_fields import Body, UnsendableError, named, without_blanks

#: The oldest that Intuit still serves, and what it takes when none is named (2.8).
MINOR_VERSION = "75"

_encode = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request; `path` follows `/v3/company/{realm}`."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    content_type: str = "application/json"


def build(command: Command) -> Request:
    """Return the request of a command; UnsendableError says what cannot be written."""
    if isinstance(command, Remove):
        return _removal(command)
    body = _said(command)
    return _post(
        command, _created(command, body) if isinstance(command, Create) else _updated(command, body)
    )


def _removal(command: Remove) -> Request:
    operation = ENTITIES[command.kind].removals.get(command.how)
    if operation is None:
        raise UnsendableError(f"QuickBooks has no {command.how} of a {command.kind}")
    return _post(command, {**_identity(command), **operation.body}, operation.params)


def _post(command: Command, body: Body, params: Mapping[str, str] | None = None) -> Request:
    return Request(
        method="POST",
        path=f"/{ENTITIES[command.kind].name.lower()}",
        params={
            **(params or {}),
            "requestid": command.request_id,
            "minorversion": MINOR_VERSION,
        },
        body=_encode(body),
    )


def _said(command: Create | Update) -> Body:
    said = ENTITIES[command.kind].write(command.record)
    unknown = [name for name in command.fields if name not in said]
    if unknown:
        raise UnsendableError(f"a {command.kind} has no field {', '.join(unknown)} to be written")
    body: Body = {}
    for name in command.fields:
        body |= said[name]
    return body


def read_request(kind: Kind, record_id: str) -> Request:
    """Return the request that reads one record by its id."""
    return get_request(f"/{ENTITIES[kind].name.lower()}/{quote(record_id, safe='')}")


def get_request(path: str) -> Request:
    """Return a request that only reads."""
    return Request(method="GET", path=path, params={"minorversion": MINOR_VERSION})


def _created(command: Create, body: Body) -> Body:
    created = without_blanks(body) | ENTITIES[command.kind].on_create(command.record)
    if command.auto_number:
        # QuickBooks' own sequence, also where custom numbers are switched on (2.9). The property is
        # in Intuit's schema and not in python-quickbooks' model.
        created = {**created, "AutoDocNumber": True}
        created.pop("DocNumber", None)
    return created


def _updated(command: Update, body: Body) -> Body:
    required = ENTITIES[command.kind].required(command.record)
    return {**_identity(command), "sparse": True, **required, **body}


def _identity(command: Update | Remove) -> Body:
    token = str(command.based_on.number)
    return named(ENTITIES[command.kind].model, Id=command.target, SyncToken=token)
