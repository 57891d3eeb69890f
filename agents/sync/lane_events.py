"""What does an event of `isthmus-intake` carry, and is it in its lane?"""

from schemas.catalog import NotUnderstoodError, decode_intake
from schemas.changes import Change, HandedOver
from schemas.identity import tenant_lane, tenant_of
from schemas.kinds import KINDS, Anchor
from streams.ports import TopicPartition

#: What the journal can keep of an event besides what it leads to; Kafka takes a record of 1 MB.
LARGEST_EVENT = 700_000


def changes_in(value: bytes) -> tuple[Change, ...]:
    """Return the changes that an event carries; raises ValueError where it cannot be taken."""
    event = _readable(value)
    return event.changes if isinstance(event, HandedOver) else (event,)


def _readable(value: bytes) -> Change | HandedOver:
    if len(value) > LARGEST_EVENT:
        raise ValueError(f"{len(value)} bytes, expected at most {LARGEST_EVENT}: divide the record")
    return decode_intake(value)


def refuse_stray(place: int, key: str, tp: TopicPartition, changes: tuple[Change, ...]) -> None:
    """Refuse an event under another's key, or on another partition than its key's, `place`.

    Its facts would change rows of another partition, which no fold does: in the journal it
    would stop its partition for ever.
    """
    if place != tp.partition:
        raise NotUnderstoodError(f"key: {key} belongs to partition {place}, not {tp.partition}")
    for change in changes:
        of_tenant = KINDS[change.kind].anchor is Anchor.TENANT
        fits = (key == tenant_lane(change.tenant)) is of_tenant
        if not fits or tenant_of(key) != change.tenant:
            raise NotUnderstoodError(f"key: {key} is no lane of a {change.kind} of its tenant")
