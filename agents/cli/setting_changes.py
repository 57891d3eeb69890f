"""What do a tenant's settings become by what a person names?  What is wrong is said in words."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from agents.cli.field_owners import owners_set
from agents.cli.refusal import Refusal
from agents.cli.zone_names import nearest_zone
from agents.rules.documents.numbers import prefix_fault
from agents.rules.kinds.days import zone_named
from agents.rules.mappings.table import requirable
from schemas.tenant_state import TenantSettings
from schemas.values import MappingKind


def merged(settings: TenantSettings, named: dict[str, Any]) -> TenantSettings:
    """Return the settings with what is named (not None) put in; Refusal says what is wrong."""
    given = {what: value for what, value in named.items() if value is not None}
    if not given:
        raise Refusal(
            "Name what to change: --prefix TEXT, --assign-invoice-id or --no-assign-invoice-id, "
            "--manual-push or --no-manual-push (`isthmus settings set --help` has more)."
        )
    if "owners" in given:
        given["owners"] = owners_set(settings, given["owners"])
    zone = given.get("time_zone")
    if zone and zone_named(zone) is None:
        raise Refusal(
            f"--time-zone is {zone!r}, expected a name such as America/New_York; the nearest name "
            f"is {nearest_zone(zone)}."
        )
    prefix = given.get("number_prefix", "")
    if fault := prefix_fault(prefix):
        raise Refusal(f"--prefix {fault}.")
    if "locked_as_of" in given:
        given["locked_as_of"] = locked_day(given["locked_as_of"])
    return replace(settings, **given)


def locked_day(text: str) -> date | None:
    """Return the day that is said, None for an empty one; Refusal names what is no day."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(
            f'--lock-accounting-as-of is {text!r}, expected a day such as 2026-09-30, or "".'
        ) from None


def required(text: str) -> tuple[MappingKind, ...]:
    """Return the kinds of mapping that are called so, between commas; Refusal names a wrong one."""
    offered = requirable()
    named = words(text)
    for each in named:
        if each not in offered:
            raise Refusal(f"--require is {each!r}, expected {' or '.join(offered)}, or nothing.")
    return tuple(offered[each] for each in named)


def words(text: str) -> tuple[str, ...]:
    """Return what is said between commas, each once, in order."""
    return tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
