"""What does a side say happened?  One normalised change, whichever way it came.

A change always carries the record's full state, so that a lost or reordered one costs nothing:
the highest revision says everything that the earlier ones said.
"""

import msgspec

from schemas.moments import Moment
from schemas.records import Record
from schemas.values import Kind, RecordRef, Revision, Side


class Change(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="change", omit_defaults=True):
    """One revision of one record; `record` is None when it was deleted.

    `read_at` is when the read began that showed it, None where nobody had to read; `merged_into`
    the record of which it is a part since a person made one of two.
    """

    event: str
    tenant: str
    side: Side
    kind: Kind
    id: str
    customer: str | None
    revision: Revision
    at: Moment
    record: Record | None
    read_at: Moment | None = None
    merged_into: str | None = None

    @property
    def name(self) -> RecordRef:
        """Return the record's name."""
        return RecordRef(self.side, self.kind, self.id)


class HandedOver(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="handed-over"):
    """Everything that a lane held when it learned that another lane speaks for its customer.

    The changes are the latest of each record and the held ones behind it, in order.
    """

    event: str
    origin: str
    changes: tuple[Change, ...]


IntakeEvent = Change | HandedOver
