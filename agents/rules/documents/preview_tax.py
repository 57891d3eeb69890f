"""What would become of a tenant's documents if the tax of the other side counted?"""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.rules.documents.lane_book import LaneBook
from agents.rules.kinds.table import POLICIES
from agents.rules.mappings.catalog_entries import usable_target
from agents.rules.mappings.table import MAPPINGS
from agents.rules.mappings.taxes import tax_reckoned_by
from schemas.records import Record
from schemas.state import Document
from schemas.tenant_conditions import TaxReckoned
from schemas.tenant_state import Tenant, TenantSettings
from schemas.values import MappingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxPreview:
    """The documents that are touched by it, by their names, and how many are not.

    `judged` differ by their tax and are judged anew; `goes` wait for a tax code and need none any
    more; `waits` are not across, and would wait for one; `keeps` are across, and keep the tax that
    they have until somebody changes it, or their lines.
    """

    judged: tuple[str, ...]
    goes: tuple[str, ...]
    waits: tuple[str, ...]
    keeps: int


def tax_preview(
    lanes: Sequence[LaneBook], tenant: Tenant, after: TenantSettings
) -> TaxPreview | None:
    """Return what other settings would do, None where the tax of the same side counts."""
    by = tax_reckoned_by(tenant.settings, tenant.company)
    if tax_reckoned_by(after, tenant.company) is by:
        return None
    taxed = {
        name: document
        for lane in lanes
        for name, document in lane.documents.items()
        if "tax" in POLICIES[document.kind].fields
    }
    judged = tuple(name for name, each in taxed.items() if _waits_for(each, str(TaxReckoned(by))))
    new = {
        name: each.mediaos.record
        for name, each in taxed.items()
        if each.agreed is None and each.mediaos is not None
    }
    lacks = {name for name, record in new.items() if _lacking(record, tenant, tenant.settings)}
    would = {name for name, record in new.items() if _lacking(record, tenant, after)}
    across = sum(each.agreed is not None for each in taxed.values())
    return TaxPreview(
        judged=judged,
        goes=tuple(sorted(lacks - would)),
        waits=tuple(sorted(would - lacks)),
        keeps=across - len(judged),
    )


def _waits_for(document: Document, condition: str) -> bool:
    return document.park is not None and condition in document.park.waits_for


def _lacking(record: Record | None, tenant: Tenant, settings: TenantSettings) -> bool:
    """Tell whether a tax that a record names would have to be mapped, and is not."""
    policy = MAPPINGS[MappingKind.TAX_CODE]
    return any(
        policy.required(source, settings, tenant.company)
        and usable_target(tenant, MappingKind.TAX_CODE, source) is None
        for source in policy.sources(record)
    )
