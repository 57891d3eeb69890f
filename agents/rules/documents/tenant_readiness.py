"""What that documents wait for hangs on their tenant alone, and would another tenant meet it?

For who looks, before anything is changed, at what a mapping or a setting lets go.
"""

from collections.abc import Iterable

from agents.rules.documents.readiness import met
from schemas.conditions import Condition, condition_of
from schemas.mapping_conditions import MappingUsable, NoWriteOff, TargetClear
from schemas.state import Lane
from schemas.tenant_conditions import (
    AccountingUnlocked,
    BooksOpen,
    BooksRead,
    ClosedOtherwise,
    CurrencyKept,
    NumberFree,
    SyncOn,
    TaxReckoned,
    TenantLive,
    TrackedOtherwise,
    ZoneKnown,
)
from schemas.tenant_state import Tenant
from schemas.waiting import Waiting

#: Of these a lane says nothing.
_OF_TENANTS: tuple[type[Condition], ...] = (
    *(MappingUsable, TargetClear, NoWriteOff),
    *(NumberFree, SyncOn, TenantLive, ZoneKnown),
    *(BooksOpen, BooksRead, ClosedOtherwise, AccountingUnlocked),
    *(CurrencyKept, TaxReckoned, TrackedOtherwise),
)
_NO_LANE, _NOTHING = Lane(key=""), Waiting()


def met_by_tenant(text: str, tenant: Tenant) -> bool:
    """Tell whether a condition is met by what a tenant has set; not where it hangs on a lane."""
    return isinstance(condition_of(text), _OF_TENANTS) and met(text, _NO_LANE, tenant, _NOTHING)


def newly_met(texts: Iterable[str], before: Tenant, after: Tenant) -> list[str]:
    """Return which conditions a change of a tenant meets that were not met."""
    return [
        each for each in texts if met_by_tenant(each, after) and not met_by_tenant(each, before)
    ]
