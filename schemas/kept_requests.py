"""What is the journal asked to keep of what was done beside it: a reconciliation, a digest?"""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta

from schemas.asking import Asking
from schemas.ledgers import LedgerReport
from schemas.limits import MOST_RECIPIENTS, AddressDigest, Amount, Count, RequestId
from schemas.limits import Tenant as TenantName
from schemas.values import ZERO


class KeepReconciliation(
    Asking, frozen=True, kw_only=True, tag="keep-reconciliation", omit_defaults=True
):
    """Keep what both ledgers came to when they were read: documents that differ, and that wait.

    `amount` is the money between in those that differ, in the home currency; `report` has them by
    customer and by document, where there is room for it.
    """

    id: RequestId
    tenant: TenantName
    at: Annotated[datetime, Meta(tz=True)]
    differs: Count
    waits: Count
    amount: Amount = ZERO
    report: LedgerReport | None = None


class BeginDigest(Asking, frozen=True, kw_only=True, tag="begin-digest"):
    """Keep that the digest of a day is about to go out, and to whom, as `KeepDigest` has them."""

    id: RequestId
    tenant: TenantName
    day: date
    to: Annotated[tuple[AddressDigest, ...], Meta(max_length=MOST_RECIPIENTS)]


class KeepDigest(Asking, frozen=True, kw_only=True, tag="keep-digest", omit_defaults=True):
    """Keep that the digest of a day went out, and to whom: digests of their addresses alone.

    `refused` are those who did not get it, as far as that is known.
    """

    id: RequestId
    tenant: TenantName
    day: date
    to: Annotated[tuple[AddressDigest, ...], Meta(max_length=MOST_RECIPIENTS)]
    refused: Annotated[tuple[AddressDigest, ...], Meta(max_length=MOST_RECIPIENTS)] = ()
