"""Which things of MediaOS are mapped to things of QuickBooks?

What QuickBooks has of each stands in streams/remotes/quickbooks/name_lists.py.
"""

from agents.rules.mappings.policy import MappingPolicy
from schemas.kinds import KINDS, kind_of
from schemas.records import Record
from schemas.state import ParkReason
from schemas.values import MappingKind


def _sold(record: Record) -> tuple[str | None, ...]:
    return tuple(line.product for line in KINDS[kind_of(record)].lines(record))


PRODUCT = MappingPolicy(
    kind=MappingKind.PRODUCT,
    source="product",
    target="item",
    becomes="sold as",
    command="isthmus map",
    group="products",
    named=_sold,
    unnamed="a line names no product: give it one in MediaOS",
    unmapped=ParkReason.UNMAPPED_PRODUCT,
    inactive=ParkReason.ITEM_INACTIVE,
)

#: In the order in which a document waits for what it lacks.
MAPPINGS: dict[MappingKind, MappingPolicy] = {each.kind: each for each in (PRODUCT,)}
