"""What MediaOS and QuickBooks have shown that is mapped, in the console's tests."""

from schemas.state import Park, ParkReason
from schemas.tenant_facts import Mapped, SourceSeen, TargetSeen
from schemas.values import MappingKind, Revision

FIRST = Revision(False, 1)


def source(source_id, name, kind=MappingKind.PRODUCT, **more):
    return SourceSeen(kind=kind, source=source_id, name=name, **{"revision": FIRST} | more)


def target(target_id, name, kind=MappingKind.PRODUCT, **more):
    return TargetSeen(kind=kind, target=target_id, name=name, **{"revision": FIRST} | more)


def mapped(source_id, target_id, kind=MappingKind.PRODUCT, **more):
    return Mapped(request="r9", kind=kind, source=source_id, target=target_id, **more)


def waits_for(*conditions, reason=ParkReason.UNMAPPED_PRODUCT):
    detail = f"{' and '.join(conditions)} of MediaOS is not mapped"
    return Park(reason=reason, detail=detail, waits_for=conditions)
