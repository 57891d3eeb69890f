"""Which rows are asked for next by who works on a row?  What a document names, and whose it is.

They are read with it: whoever edits what has left memory waits for one answer of the state store
and not for a second one behind it.
"""

from collections.abc import Iterator
from typing import Any

from agents.rules.documents.named_records import named_by, own_records
from schemas.identity import tenant_of
from schemas.rows import DocumentRow, RecordOwnerRow, parsed
from schemas.state import Document, Owner


def leads_to(key: str, state: Any) -> Iterator[str]:
    """Name the rows that a row leads to."""
    match parsed(key), state:
        case DocumentRow(lane=lane), Document():
            tenant = tenant_of(lane)
            for record in (*own_records(state), *named_by(tenant, state)):
                yield str(RecordOwnerRow(tenant, str(record)))
                yield str(DocumentRow(lane, str(record)))
        case RecordOwnerRow(record=record), Owner():
            yield str(DocumentRow(state.lane, state.document or record))
        case _:
            return
