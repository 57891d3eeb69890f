"""What does a tenant's setting mean, what of it changes, and how is its value shown to a person?"""

from datetime import date
from typing import Any

from msgspec.structs import asdict

from agents.rules.kinds.owners import owner_changes
from agents.rules.mappings.table import MAPPINGS
from schemas.tenant_state import TenantSettings
from schemas.values import MappingKind

MEANING = {
    "assign_invoice_id": "MediaOS's invoice id is the document number in QuickBooks",
    "manual_push": "nothing flows by itself: an invoice goes when someone pushes it",
    "number_prefix": "stands before the invoice id in the document number",
    "unapply_first": "payments are taken off an invoice that one side took away, before it goes",
    "born_in_quickbooks": "what is made in QuickBooks is made in MediaOS too, or only listed",
    "observe": "nothing is written yet: go-live decides anew",
    "time_zone": "decides the day of what has a time; empty: that of the company in QuickBooks",
    "locked_as_of": "MediaOS' Lock Accounting As Of: nothing dated up to it is written there",
    "tax": "whose tax counts: QuickBooks reckons it, or MediaOS's must come back equal",
    "require": "what waits until it is mapped, of what is left out otherwise",
    "alternative_payments": "MediaOS' types of payment that bring no money: listed, and not sent",
    "skip_zero_invoices": "an invoice whose total is zero is listed, and not sent",
    "owners": "whose value stands where both sides changed a field: set so, of those below",
}


def changes(before: TenantSettings, after: TenantSettings) -> dict[str, tuple[Any, Any]]:
    """Return what differs, before and after; who wins a field by that field's name."""
    old, new = asdict(before), asdict(after)
    differing = {what: (old[what], new[what]) for what in old if old[what] != new[what]}
    differing.pop("owners", None)
    return {**differing, **owner_changes(before.owners, after.owners)}


def shown(value: object) -> str:
    """Return a setting's value for a person."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None or isinstance(value, date):
        return str(value or "none")
    if isinstance(value, dict):
        return ", ".join(f"{name}={owner}" for name, owner in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(_word, value)) or "nothing"
    return f'"{value}"'


def _word(each: MappingKind | str) -> str:
    return MAPPINGS[each].word.replace("-", " ") if isinstance(each, MappingKind) else each
