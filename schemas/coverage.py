"""Up to when is everything known?  The published view of it, a record of each tenant's side.

The journal hears of a sweep that found something, and once a day of those that did not; how far a
side is known in between stands here alone.  A view that is lost costs a day's look back.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from schemas.catalog import NotUnderstoodError, decoded
from schemas.limits import Tenant
from schemas.values import Side


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that changed on this side of the tenant before `until` is in Kafka."""

    tenant: Tenant
    side: Side
    until: Annotated[datetime, Meta(tz=True)]

    @property
    def key(self) -> str:
        """Return the key that its record has: `t1/qbo`."""
        return f"{self.tenant}/{self.side}"


_coverage = msgspec.json.Decoder(Coverage)


def decode_coverage(key: bytes, value: bytes) -> Coverage:
    """Read one record of the topic; NotUnderstoodError names the field that is wrong."""
    found = decoded(_coverage, value)
    if key != found.key.encode():
        raise NotUnderstoodError(f"key: expected {found.key}, got {key[:100]!r}")
    return found
