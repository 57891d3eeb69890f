"""What does the journal say of a conflict once a person has decided it?"""

import msgspec

from schemas.records import Record
from schemas.values import Side


class ConflictResolved(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="conflict-resolved", omit_defaults=True
):
    """A person said that what `keep` shows stands, of these fields, or of all that it took away.

    `lost` is the record of the other side as it was then, whose values of the fields go; None where
    it is that side's deletion or void that goes, and the record is made anew there.
    """

    document: str
    request: str
    keep: Side
    fields: tuple[str, ...]
    lost: Record | None = None


class Conceded(msgspec.Struct, frozen=True, gc=False, kw_only=True, tag="conceded"):
    """What was decided against is taken for what both had agreed on; so what stands is an edit.

    Each side's half of that, in its own values; of the other fields nothing is said.
    """

    document: str
    fields: tuple[str, ...]
    mediaos: Record
    qbo: Record
