"""What is there on both sides before a tenant goes live?  The facts that its preflight judges.

One page of each of MediaOS's lists of documents, QuickBooks' preferences, its company, and the
newest of its documents whose numbers begin with the tenant's prefix: five calls for invoices and
payments.
Whatever cannot be read is a fact as well.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from agents.rules.kinds.table import numbered
from agents.rules.tenant.preflight_findings import Facts, Listed
from schemas.below_zero import invoice_behind
from schemas.identity import marker
from schemas.kinds import KINDS, Anchor
from schemas.outcomes import Fault, No, Unknown
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, RecordRef, Side
from streams.ports import Reading
from streams.remotes.quickbooks.queries import Row, selected
from streams.remotes.quickbooks.statements import NEWEST, quoted

PATIENCE_SECONDS = 5.0


class Quickbooks(Protocol):
    """The part of QuickBooks' client that a preflight asks."""

    async def acquire(self, tenant: str, patience_seconds: float) -> float:
        """Take a place for one call: see streams.ports.Remote."""
        ...

    async def preferences(self, tenant: str) -> Row | No | Unknown:
        """Return the company's preferences."""
        ...

    async def particulars(self, tenant: str) -> Row | No | Unknown:
        """Return what the company says of itself."""
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
    taxes: tuple[str, ...] = (),
    known: Collection[RecordRef],
    quickbooks: Quickbooks,
    mediaos: Mediaos,
) -> Facts:
    """Read both sides; nothing is written.

    `known` are the records of MediaOS that the journal has: whoever connects on empty books and
    goes on working must not be told that they are not empty.
    """
    return Facts(
        settings=settings,
        books={
            kind: await _listed(mediaos, tenant, kind, known)
            for kind, each in KINDS.items()
            if each.anchor is Anchor.CUSTOMER
        },
        preferences=await _told(quickbooks, tenant, quickbooks.preferences),
        particulars=await _told(quickbooks, tenant, quickbooks.particulars),
        numbers=await _numbers(quickbooks, tenant, settings.number_prefix),
        unmapped=unmapped,
        taxes=taxes,
    )


async def _listed(
    mediaos: Mediaos, tenant: str, kind: Kind, known: Collection[RecordRef]
) -> Listed | Fault | str:
    page = await mediaos.first_page(tenant, kind)
    if isinstance(page, No | Unknown):
        return _why(page)
    found, count = page
    ours = {_listed_as(each) for each in known if each.side is Side.MEDIAOS}
    here = {_listed_as(_ref(each)) for each in found}
    news = [each for each in found if _listed_as(_ref(each)) not in ours]
    live = sum(each.record is not None for each in news)
    beyond = sum(each.kind is kind and each not in here for each in ours)
    more = max(count - len(found) - beyond, 0)
    return Listed(live=live, deleted=len(news) - live, more=more)


def _ref(found: Reading) -> RecordRef:
    return RecordRef(Side.MEDIAOS, found.kind, found.id)


def _listed_as(record: RecordRef) -> RecordRef:
    """Return a record as MediaOS lists it: an invoice below zero, a credit here, among invoices."""
    return invoice_behind(record) or record


async def _told(
    quickbooks: Quickbooks, tenant: str, ask: Callable[[str], Awaitable[Row | No | Unknown]]
) -> Mapping[str, Any] | Fault | str:
    if await quickbooks.acquire(tenant, PATIENCE_SECONDS):
        return "its budget of calls has no place now"
    told = await ask(tenant)
    return _why(told) if isinstance(told, No | Unknown) else told


async def _numbers(
    quickbooks: Quickbooks, tenant: str, prefix: str
) -> tuple[str, ...] | Fault | str:
    found: list[str] = []
    for kind in filter(numbered, KINDS):
        if await quickbooks.acquire(tenant, PATIENCE_SECONDS):
            return "its budget of calls has no place now"
        statement = selected(kind, f"DocNumber LIKE {quoted(prefix + '%')} {NEWEST}")
        rows = await quickbooks.query(tenant, kind, statement)
        if isinstance(rows, No | Unknown):
            return _why(rows)
        ours = marker(tenant, kind, "")
        others = (row for row in rows if ours not in str(row.get("PrivateNote", "")))
        found += [str(row["DocNumber"]) for row in others if row.get("DocNumber")]
    return tuple(found)


def _why(answer: No | Unknown) -> Fault | str:
    return answer.fault if isinstance(answer, No) else answer.detail
