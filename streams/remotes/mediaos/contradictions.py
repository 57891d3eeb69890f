"""Where does an event's envelope say another thing than its data, or than its Kafka key?

One of the two is wrong then, and nobody knows which: such an event reaches no lane.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from schemas.identity import tenant_of
from schemas.values import Kind
from streams.remotes.mediaos.field_faults import FieldFault


class Told(NamedTuple):
    """What the tenant, the type and the data say; None is what could not be read."""

    tenant: str | None
    kind: Kind | None
    id: str | None
    number: int | None
    deleted: bool | None


def contradictions(
    envelope: Mapping[str, str], told: Told, key: bytes | None
) -> Iterator[FieldFault]:
    """Yield each field of an envelope that is another than it ought to be."""
    for name, (expected, why) in _expected(told, key).items():
        got = envelope.get(name)
        if expected is not None and got is not None and got != expected:
            shown = msgspec.json.encode(got[:200]).decode()
            yield FieldFault(path=name, expected=f"{expected!r} ({why})", got=shown)


def _expected(told: Told, key: bytes | None) -> dict[str, tuple[str | None, str]]:
    tenant, kind, record_id, number, deleted = told
    keyed = None if key is None else tenant_of(key.decode(errors="replace"))
    source = None if tenant is None else f"/mediaos/{tenant}"
    subject = None if kind is None or record_id is None else f"{kind}/{record_id}"
    sequence = None if number is None else str(number)
    known = None not in {source, subject, sequence}
    verb = None if kind is None or deleted is None else "deleted" if deleted else "changed"
    return {
        "tenant": (keyed, "as in the Kafka key"),
        "source": (source, "/mediaos/ and the tenant"),
        "subject": (subject, "kind and id of the data"),
        "sequence": (sequence, "the data's row_version"),
        "id": (
            f"{tenant}/mediaos/{subject}@{sequence}" if known else None,
            "tenant, record, version",
        ),
        "type": (verb and f"com.mediaos.{kind}.{verb}.v1", "as date_deleted says"),
    }
