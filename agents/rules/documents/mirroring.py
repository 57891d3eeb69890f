"""Is what somebody made in QuickBooks made in MediaOS as well?

A tenant sets it (`mirror` or `list`).  What stood in QuickBooks before the tenant went live is
never made by itself: a company may have thousands of customers, and the guide promises that
connecting fills no list of MediaOS.  It is listed, and goes when somebody pushes it.
"""

from agents.rules.kinds.policy import Need
from agents.rules.kinds.table import POLICIES
from schemas.decision_input import DecisionInput
from schemas.decisions import OnlyOnOneSide
from schemas.records import Record
from schemas.state import Document, Snapshot
from schemas.tenant_state import BornInQuickbooks, Live, Tenant
from schemas.values import Side


def only_listed(document: Document, tenant: Tenant) -> str:
    """Return why what QuickBooks alone has is not made by itself; empty where it is, or is not."""
    shown = document.qbo if document.mediaos is None and document.agreed is None else None
    if shown is None or shown.record is None or not POLICIES[document.kind].by_setting:
        return ""
    kind = document.kind
    why = _set(tenant) or POLICIES[kind].asked_for(shown.record) or _earlier(shown.record, tenant)
    if why is None:
        return ""
    pushed = f"`isthmus push {kind} {shown.id} --side qbo`"
    return f"this {kind.called} was made in QuickBooks; {why}: {pushed} has it made in MediaOS"


def stays_there(given: DecisionInput, shown: Snapshot) -> OnlyOnOneSide | None:
    """Return why what QuickBooks alone has stays there, None where it is to be made in MediaOS."""
    kind = given.document.kind
    policy = POLICIES[kind]
    if shown.record is None:
        return None
    why_not = policy.not_made(shown.record, given)
    if why_not is not None:
        return OnlyOnOneSide(reason=why_not)
    if Side.QBO not in policy.born:
        return None
    if Need.CUSTOMER in policy.needs and not _has_a_customer(given.customer):
        pushed = f"`isthmus push {kind} {shown.id} --side qbo` has both made there"
        told = f"this {kind.called} is of a customer in QuickBooks that MediaOS does not know"
        return OnlyOnOneSide(reason=f"{told}: {pushed}")
    if given.listed and not given.pushed:
        return OnlyOnOneSide(reason=given.listed)
    return None


def stays_here(given: DecisionInput, shown: Snapshot) -> OnlyOnOneSide | None:
    """Return why what MediaOS alone has stays there, None where it is to be made in QuickBooks."""
    kind = given.document.kind
    why = POLICIES[kind].not_sent(shown.record, given) if shown.record is not None else None
    if why is None or given.pushed:
        return None
    pushed = f"`isthmus push {kind} {shown.id}` has it made in QuickBooks"
    return OnlyOnOneSide(reason=f"{why}: {pushed}")


def _has_a_customer(customer: Document | None) -> bool:
    """Tell whether a customer is in MediaOS, or is about to be: it waits for something."""
    if customer is None:
        return False
    waits = customer.park is not None or customer.in_flight is not None
    return customer.agreed is not None or waits


def _set(tenant: Tenant) -> str | None:
    if tenant.settings.born_in_quickbooks is BornInQuickbooks.MIRROR:
        return None
    return "what is born there is set to be listed"


def _earlier(record: Record, tenant: Tenant) -> str | None:
    """Return that it stood there before the tenant went live, or may have."""
    if tenant.observes:
        return "the tenant is not live yet, and what is there before stays there"
    return _before(record, tenant.live) if tenant.live is not None else None


def _before(record: Record, live: Live) -> str | None:
    # QuickBooks tells it to the second.
    made = getattr(record, "made", None)
    if live.since is None:
        return "since when the tenant is live is not known (`isthmus go-live` says it from now on)"
    if made is None or made < live.since.replace(microsecond=0):
        return "that was before the tenant went live"
    return None
