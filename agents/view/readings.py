"""What does a reading say, as the change that it stands for?"""

from schemas.changes import Change
from schemas.identity import event_id
from schemas.values import RecordRef, Side
from streams.ports import Reading


def change_of(tenant: str, side: Side, reading: Reading) -> Change:
    """Return what a reading says as the change that it stands for."""
    record = RecordRef(side, reading.kind, reading.id)
    return Change(
        event=event_id(tenant, record, reading.revision),
        tenant=tenant,
        side=side,
        kind=reading.kind,
        id=reading.id,
        customer=reading.customer,
        revision=reading.revision,
        at=reading.at,
        record=reading.record,
    )
