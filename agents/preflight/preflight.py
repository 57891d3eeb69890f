"""What is there on both sides before a tenant goes live?  The facts that its preflight judges.

Four calls: one page of each of MediaOS's lists, QuickBooks' preferences, and the newest of its
invoices whose numbers begin with the tenant's prefix.  Whatever cannot be read is a fact as well.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from agents.rules.tenant.preflight import Facts, Listed
from schemas.identity import marker
from schemas.outcomes import Fault, No, Unknown
from schemas.state import TenantSettings
from schemas.values import Kind
from streams.ports import Reading
from streams.remotes.quickbooks.queries import NEWEST, Row, quoted, selected

PATIENCE_SECONDS = 5.0


class Quickbooks(Protocol):
    """The part of QuickBooks' client that a preflight asks."""

    async def acquire(self, tenant: str, patience_seconds: float) -> float:
        """Take a place for one call: see streams.ports.Remote."""
        ...

    async def preferences(self, tenant: str) -> Row | No | Unknown:
        """Return the company's preferences."""
        ...

    async def query(self, tenant: str, kind: Kind, statement: str) -> Sequence[Row] | No | Unknown:
        """Return the records that a statement selects."""
        ...


class Mediaos(Protocol):
    """The part of MediaOS's client that a preflight asks."""

    async def first_page(
        self, tenant: str, kind: Kind
    ) -> tuple[tuple[Reading, ...], int] | No | Unknown:
        """Return the first page of a list, deleted records too, and how many there are in all."""
        ...


async def gather(
    tenant: str,
    settings: TenantSettings,
    unmapped: tuple[str, ...],
    *,
    quickbooks: Quickbooks,
    mediaos: Mediaos,
) -> Facts:
    """Read both sides; nothing is written."""
    return Facts(
        settings=settings,
        books={kind: await _listed(mediaos, tenant, kind) for kind in (Kind.INVOICE, Kind.PAYMENT)},
        preferences=await _preferences(quickbooks, tenant),
        numbers=await _numbers(quickbooks, tenant, settings.number_prefix),
        unmapped=unmapped,
    )


async def _listed(mediaos: Mediaos, tenant: str, kind: Kind) -> Listed | Fault | str:
    page = await mediaos.first_page(tenant, kind)
    if isinstance(page, No | Unknown):
        return _why(page)
    found, count = page
    live = sum(each.record is not None for each in found)
    return Listed(live=live, deleted=len(found) - live, more=max(count - len(found), 0))


async def _preferences(quickbooks: Quickbooks, tenant: str) -> Mapping[str, Any] | Fault | str:
    if await quickbooks.acquire(tenant, PATIENCE_SECONDS):
        return "its budget of calls has no place now"
    told = await quickbooks.preferences(tenant)
    return _why(told) if isinstance(told, No | Unknown) else told


async def _numbers(
    quickbooks: Quickbooks, tenant: str, prefix: str
) -> tuple[str, ...] | Fault | str:
    if await quickbooks.acquire(tenant, PATIENCE_SECONDS):
        return "its budget of calls has no place now"
    statement = selected(Kind.INVOICE, f"DocNumber LIKE {quoted(prefix + '%')} {NEWEST}")
    rows = await quickbooks.query(tenant, Kind.INVOICE, statement)
    if isinstance(rows, No | Unknown):
        return _why(rows)
    ours = marker(tenant, Kind.INVOICE, "")
    others = (row for row in rows if ours not in str(row.get("PrivateNote", "")))
    return tuple(str(row["DocNumber"]) for row in others if row.get("DocNumber"))


def _why(answer: No | Unknown) -> Fault | str:
    return answer.fault if isinstance(answer, No) else answer.detail
