"""Is what both ledgers came to kept, when somebody has read them?"""

from datetime import datetime

from msgspec.structs import replace

from schemas.facts import Fact
from schemas.kept_requests import KeepReconciliation
from schemas.tenant_facts import ReconciliationKept
from schemas.tenant_state import Reconciled, Tenant


def kept(
    tenant: Tenant, asked: KeepReconciliation, now: datetime
) -> tuple[bool, str, tuple[Fact, ...]]:
    """Judge a result that is to be kept: whether it is, in words, and the facts.

    By our own clock: a time that is yet to come would be the last one until then.
    """
    at = min(asked.at, now)
    if tenant.reconciled is not None and tenant.reconciled.at >= at:
        return False, "a later reading of both ledgers is kept already", ()
    found = Reconciled(at=at, differs=asked.differs, waits=asked.waits, amount=asked.amount)
    fact = ReconciliationKept(request=asked.id, reconciled=found, report=asked.report)
    return True, "it is kept", (fact,)


def evolve_reconciled(tenant: Tenant, fact: Fact) -> Tenant:
    """Return the tenant with what both ledgers came to last."""
    if isinstance(fact, ReconciliationKept):
        return replace(tenant, reconciled=fact.reconciled)
    return tenant
