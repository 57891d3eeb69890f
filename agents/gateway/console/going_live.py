"""May this tenant go live, and what stands in the way?  The last preflight, told by its page.

Of a tenant that is live it tells what would, as it is set and mapped now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from agents.gateway.console.page import Visit
from agents.gateway.console.preflights import AwayError, Run
from agents.rules.mappings.table import MAPPINGS
from agents.rules.tenant.opening import NAME as OPENING
from agents.rules.tenant.preflight_findings import Finding
from agents.rules.tenant.preflight_standing import stale
from schemas.tenant_state import Tenant

#: Of a finding that a command is named for: what helps on a page, and where.
_SETTINGS: Mapping[str, tuple[str, str]] = {
    "number-collision": ("Choose another number prefix", "#guide"),
    "time-zone": ("Say in which time zone the books are kept", "#days"),
    "tax-form": ("See whose tax counts; compare the tax of the first invoices", "#days"),
}
_MAPPINGS: Mapping[str, str] = {
    "unmapped-taxes": "tax-codes",
    "gl-codes": "line-types",
    **{name: each.group for each in MAPPINGS.values() for name in (each.group, str(each.unmapped))},
    "unmapped-products": "products",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingShown:
    """One finding; `helps` is what mends it, at `address` where that is a page of ours.

    `is_owed` tells the one that a person explains, and does not go over by name.
    """

    name: str
    what: str
    why: str
    helps: str
    address: str
    blocking: bool
    is_owed: bool


def may_be_read(tenant: Tenant) -> bool:
    """Tell whether there is anything to judge: of a live tenant, what would be in the way."""
    return tenant.observes or tenant.connection is not None


def preflight_shown(visit: Visit, tenant: Tenant) -> dict[str, Any]:
    """Return what a page tells of the last preflight."""
    try:
        run = visit.preflights.last(visit.tenant, visit.now)
    except AwayError:
        return {"away": True, "can_run": False, "run": None, "running": False, "found": ()}
    return {
        "away": False,
        "can_run": visit.preflights.can_run,
        "run": run,
        "running": run is not None and run.ended is None,
        "stale": why_stale(visit, tenant, run) if run is not None else "",
        "found": tuple(_shown(visit, each) for each in run.findings) if run is not None else (),
    }


def why_stale(visit: Visit, tenant: Tenant, run: Run) -> str:
    """Return why what a preflight found holds no more; "" while it does, or where it goes on."""
    return "" if run.ended is None else stale(run.standing, run.ended, tenant, visit.now)


def _shown(visit: Visit, finding: Finding) -> FindingShown:
    helps, address = _mend(visit, finding)
    return FindingShown(
        name=finding.name,
        what=_begun(finding.what),
        why=_begun(finding.why),
        helps=helps,
        address=address,
        blocking=finding.blocking,
        is_owed=finding.name == OPENING,
    )


def _mend(visit: Visit, finding: Finding) -> tuple[str, str]:
    if finding.name in _SETTINGS:
        helps, place = _SETTINGS[finding.name]
        return helps, f"{visit.pages['settings']}{place}"
    if finding.name in _MAPPINGS:
        kind = quote(_MAPPINGS[finding.name])
        return "Map what is missing", f"{visit.pages['mappings']}?kind={kind}&show=open"
    if finding.name == OPENING:
        return "Make both sides equal, or say below why they are not: the journal keeps it", ""
    return _begun(finding.remedy), ""


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
