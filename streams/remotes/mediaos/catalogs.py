"""What does MediaOS list that is mapped, and publishes nothing of?

Such a list is read when somebody asks for it, page by page as those of records.
"""

import msgspec

from schemas import published
from schemas.catalog import decoded
from schemas.values import MappingKind, Revision
from streams.ports import Source
from streams.remotes.mediaos.wire_reading import read_flag, read_moment, read_text

#: By what is mapped, what MediaOS calls its list.
CATALOGS: dict[MappingKind, str] = {
    MappingKind.LINE_TYPE: "invoiceLineItemTypes",
    MappingKind.TERM: "terms",
}

_entry = msgspec.json.Decoder(published.ListEntry)


def source_shown(raw: msgspec.Raw, path: str) -> Source:
    """Read one entry; NotUnderstoodError names the field of `path` that is wrong."""
    shown = decoded(_entry, raw, path)
    deleted = read_moment(shown.date_deleted, f"{path}date_deleted") is not None
    return Source(
        id=str(shown.id),
        name=shown.name,
        active=read_flag(shown.active) and not deleted,
        revision=Revision(deleted=deleted, number=int(shown.row_version)),
        sort=shown.kind,
        code=read_text(shown.gl_item_code) or "",
        ledger=read_text(shown.gl_account_code) or "",
    )
