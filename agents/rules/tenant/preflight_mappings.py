"""Which mappings does a tenant lack yet, besides those of products and taxes, before it goes live?

What waits for one is named then; none of it blocks.
"""

from collections.abc import Iterator

from agents.rules.mappings.table import MAPPINGS
from agents.rules.tenant.preflight_findings import Finding, some
from schemas.tenant_state import Tenant
from schemas.values import MappingKind


def mappings_told(tenant: Tenant) -> Iterator[Finding]:
    """Yield the line item types in use, and the ways to pay a refund out, that are not mapped."""
    types = sorted(
        entry.name or each
        for each, entry in tenant.sources_of(MappingKind.LINE_TYPE).items()
        if entry.active and each not in tenant.mapped(MappingKind.LINE_TYPE)
    )
    if types:
        yield _lacking(
            MappingKind.LINE_TYPE,
            f"line item types of MediaOS without an item of QuickBooks: {some(types)}",
            "an invoice or a credit memo with such a line (a fee, a discount) waits until it is "
            "mapped",
        )
    known = MAPPINGS[MappingKind.REFUND_ACCOUNT].words
    ways = [each for each in known if each not in tenant.mapped(MappingKind.REFUND_ACCOUNT)]
    if ways:
        yield _lacking(
            MappingKind.REFUND_ACCOUNT,
            f"no account of QuickBooks is named for refunds that are paid by {some(ways)}",
            "QuickBooks takes no refund without the account that its money comes from: one that is "
            "paid so waits until it is mapped",
        )


def _lacking(kind: MappingKind, what: str, why: str) -> Finding:
    policy = MAPPINGS[kind]
    return Finding(
        name=str(policy.unmapped),
        what=what,
        why=why,
        remedy=f"{policy.command} suggest, then {policy.command} add",
        blocking=False,
    )
