"""How are settings called on the page?  The guide's three as it calls them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from agents.rules.tenant.setting_words import shown
from schemas.tenant_state import BornInQuickbooks, TaxBy

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "assign_invoice_id": "Assign Invoice ID as QBO Doc Number",
        "manual_push": "Manual Push Disabled Two-Way Sync",
        "number_prefix": "Number Prefix",
        "born_in_quickbooks": "What is made in QuickBooks",
        "unapply_first": "Take payments off first",
        "skip_zero_invoices": "Leave out invoices of zero",
        "alternative_payments": "Payment types that bring no money",
        "require": "What must be mapped",
        "time_zone": "Time zone",
        "locked_as_of": "Lock Accounting As Of",
        "tax": "Whose tax counts",
        "observe": "Only observe",
    }
)
_GROUPS = {
    "guide": "The guide's three",
    "records": "What goes across",
    "days": "Days and tax",
    "owners": "If both sides change a field",
}
_VALUES: Mapping[StrEnum | None, str] = {
    BornInQuickbooks.MIRROR: "is made in MediaOS too",
    BornInQuickbooks.LIST: "is only listed",
    TaxBy.QUICKBOOKS: "QuickBooks'",
    TaxBy.MEDIAOS: "MediaOS'",
}


def group_title(group: str) -> str:
    """Return what a group of settings is called."""
    return _GROUPS[group]


def told_value(value: object) -> str:
    """Return a setting's value in words."""
    if isinstance(value, StrEnum) and value in _VALUES:
        return _VALUES[value]
    return "none" if value == "" else shown(value).strip('"')
