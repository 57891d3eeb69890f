"""Into which accounts of QuickBooks does the money of payments go, in words for an accountant?"""

from agents.rules.mappings.catalog_entries import usable_target, whole_names
from agents.rules.mappings.table import PAYMENT_ACCOUNT
from schemas.tenant_state import Tenant


def deposits_told(tenant: Tenant) -> str:
    """Return where payments go that cross: by type where that is mapped, else by themselves."""
    policy = PAYMENT_ACCOUNT
    called = whole_names(tenant.targets_of(policy.kind))
    usable = {
        source: called.get(target, f"account {target}")
        for source, target in sorted(tenant.mapped(policy.kind).items())
        if usable_target(tenant, policy.kind, source)
    }
    if policy.kind in tenant.settings.require:
        others = f"{'any other' if usable else 'each'} type waits until it is mapped"
    else:
        others = f"{'any other' if usable else 'all'} to {policy.otherwise}"
    told = "; ".join((*(f"{source} to {name}" for source, name in usable.items()), others))
    return f"Payments that cross go in QuickBooks: {told}"
