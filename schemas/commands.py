"""What do we ask a side to do?  One thing, word for word, decided once and never reworded.

A command carries the whole record as it ought to be and the names of the fields that are really
sent; a person's other fields are never touched.
"""

from enum import StrEnum

import msgspec

from schemas.records import Record
from schemas.values import Kind, RecordRef, Revision, Side


class Addressed(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What every command says: its id, the id of its request, and to which side it goes.

    `about` names the record of the other side that this one stands for, or is to stand for.
    """

    id: str
    request_id: str
    side: Side
    kind: Kind
    about: RecordRef


class Create(Addressed, frozen=True, kw_only=True, omit_defaults=True, tag="create"):
    """Make a record with these fields; `auto_number`: the side numbers it by itself.

    `body` is the digest of all that it says.  `after_void`: an earlier one stands voided, with our
    marker.
    """

    record: Record
    fields: tuple[str, ...]
    auto_number: bool = False
    body: str = ""
    after_void: bool = False


class Update(Addressed, frozen=True, kw_only=True, omit_defaults=True, tag="update"):
    """Write `fields` of the record `target`.

    `based_on` is the revision that this was decided on: an older or newer one is refused by the
    side (5010 of QBO, If-Match of MediaOS).
    """

    target: str
    based_on: Revision
    record: Record
    fields: tuple[str, ...]


class Removal(StrEnum):
    """How a record goes: a void stays to be read, with nothing owed on it."""

    VOID = "void"
    DELETE = "delete"


class Remove(Addressed, frozen=True, kw_only=True, omit_defaults=True, tag="remove"):
    """Take the record `target` away as it stood at `based_on`.

    `anew`: it is made anew in the same step, for another customer.
    """

    target: str
    based_on: Revision
    how: Removal
    anew: bool = False


Command = Create | Update | Remove
