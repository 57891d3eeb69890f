"""What do we ask a side to do?  One write, word for word, decided once and never reworded.

A command carries the whole record as it ought to be and the names of the fields that are really
sent; a person's other fields are never touched.
"""

import msgspec

from schemas.records import Record
from schemas.values import Kind, RecordRef, Revision, Side


class Write(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Create a record on `side` (no target), or update `fields` of the target.

    `about` names the record of the other side that this one stands for, or is to stand for.
    `based_on` is the revision that an update was decided on: an older or newer one is refused by
    the side (5010 of QBO, If-Match of MediaOS).
    """

    id: str
    request_id: str
    side: Side
    kind: Kind
    about: RecordRef
    target: str | None = None
    based_on: Revision | None = None
    record: Record
    fields: tuple[str, ...]
    auto_number: bool = False

    @property
    def creates(self) -> bool:
        """Tell a create from an update."""
        return self.target is None
