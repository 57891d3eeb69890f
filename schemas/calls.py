"""How many of the sides' calls has a worker made of late?  The published view, while it works.

Each worker says it of all tenants in one record, several times a minute and for its own part of the
partitions; a tenant that is not named made no call in the last minute.  Nobody decides by it.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from schemas.catalog import NotUnderstoodError, decoded
from schemas.limits import Tenant

#: So many tenants are told of in one record: those that call most.
MOST_TENANTS = 2_000
MOST_PARTITIONS = 10_000
_COUNT = Meta(ge=0, le=1_000_000)
Count = Annotated[int, _COUNT]


class TenantCalls(msgspec.Struct, frozen=True, kw_only=True):
    """What one worker called QuickBooks for a tenant: calls of a minute, and who waits for one."""

    used: Count
    left: Count
    waiting: Count


class DayCalls(msgspec.Struct, frozen=True, kw_only=True):
    """What one worker called MediaOS for a tenant within 24 hours, and what its part has left."""

    used: Count
    left: Count


class WorkerCalls(msgspec.Struct, frozen=True, kw_only=True):
    """What one worker, which has these of all partitions, says of its calls.

    `places` are what a tenant has of QuickBooks in a minute here, `day_places` of MediaOS in a day;
    `whole` tells whether all are named that call.  An earlier worker says nothing of `mediaos`.
    """

    at: Annotated[datetime, Meta(tz=True)]
    partitions: Annotated[
        tuple[Annotated[int, Meta(ge=0, lt=MOST_PARTITIONS)], ...],
        Meta(min_length=1, max_length=MOST_PARTITIONS),
    ]
    of: Annotated[int, Meta(ge=1, le=MOST_PARTITIONS)]
    places: Count
    tenants: Annotated[dict[Tenant, TenantCalls], Meta(max_length=MOST_TENANTS)]
    whole: bool = True
    mediaos: Annotated[dict[Tenant, DayCalls], Meta(max_length=MOST_TENANTS)] | None = None
    day_places: Count = 0


_calls = msgspec.json.Decoder(WorkerCalls)


def decode_calls(value: bytes) -> WorkerCalls:
    """Read one record of the topic; NotUnderstoodError names the field that is wrong."""
    found = decoded(_calls, value)
    if max(found.partitions) >= found.of:
        raise NotUnderstoodError(f"partitions: expected less than {found.of}")
    return found
