"""What would be written if the tenant were live, and when is it?

A tenant that is connected for the first time only observes: each write is decided and kept as the
reason why its document waits, and none is made.  Going live is one fact; whatever waited for it is
then decided anew, on what both sides show by then.
"""

from datetime import datetime

from msgspec.structs import replace

from agents.rules.documents.dependencies import missing
from agents.rules.documents.numbers import number_for
from agents.rules.kinds.table import numbered, numbered_as
from agents.rules.mappings.table import MAPPINGS
from agents.rules.tenant.preflight_standing import standing_of
from agents.rules.wording import fields_called
from schemas.commands import Removal
from schemas.decision_input import DecisionInput
from schemas.facts import Fact
from schemas.requests import GoLive
from schemas.state import Park, ParkReason, Snapshot
from schemas.tenant_conditions import TenantLive
from schemas.tenant_facts import WentLive
from schemas.tenant_state import Live, Tenant
from schemas.values import Side

#: What is to be mapped before a tenant goes live is told with what it intends.
UNMAPPED = frozenset(policy.unmapped for policy in MAPPINGS.values())
CHANGED_SINCE = (
    "it does not go live: its settings, mappings or company have changed since it was looked at, "
    "so look again"
)


def answer(tenant: Tenant, asked: GoLive, now: datetime) -> tuple[bool, str, tuple[Fact, ...]]:
    """Judge a request to go live: whether it was done, in words, and the facts."""
    realm = tenant.connection.realm if tenant.connection is not None else ""
    live = Live(
        realm=realm, by=asked.by, overruled=asked.overruled, since=now, explained=asked.explained
    )
    told = "it is live: what it intended is decided anew"
    if tenant.live is not None and tenant.live.realm == realm and not tenant.observes:
        if tenant.live.since is not None:
            return True, "it is live already", ()
        # An earlier release did not keep it.
        live = replace(tenant.live, since=now)
        told = "it is live already; what is made in QuickBooks from now on is made in MediaOS too"
    elif asked.standing and asked.standing != standing_of(tenant):
        return False, CHANGED_SINCE, ()
    return True, told, (WentLive(request=asked.id, live=live),)


def evolve_live(tenant: Tenant, fact: Fact) -> Tenant:
    """Return the tenant after one fact; only that it went live changes anything."""
    if not isinstance(fact, WentLive):
        return tenant
    return replace(tenant, live=fact.live, settings=replace(tenant.settings, observe=False))


def intends_create(given: DecisionInput, shown: Snapshot, side: Side) -> Park:
    """Return why a record that would be created across waits, with what else it lacks."""
    number = _number(given, shown)
    lacks = missing(shown.record, side, given) if shown.record is not None else None
    unmapped = lacks is not None and lacks.reason in UNMAPPED
    told = f"would create this {given.document.kind.called} in {side.other.called}{number}"
    return _intended(f"{told}; but {lacks.detail}" if lacks is not None and unmapped else told)


def intends_update(given: DecisionInput, to: Side, fields: tuple[str, ...]) -> Park:
    """Return why a change that would be written across waits."""
    told = (
        f"would change {fields_called(fields)} of this {given.document.kind.called} in {to.called}"
    )
    return _intended(told)


def intends_removal(given: DecisionInput, to: Side, how: Removal) -> Park:
    """Return why a record that would be taken away across waits."""
    return _intended(f"would {how} this {given.document.kind.called} in {to.called}")


def _intended(told: str) -> Park:
    return Park(reason=ParkReason.OBSERVE, detail=told, waits_for=(str(TenantLive()),))


def _number(given: DecisionInput, shown: Snapshot) -> str:
    if shown.record is None or not numbered(given.document.kind):
        return ""
    numbers = numbered_as(given.document.kind, shown.id)
    number = number_for(numbers, given.settings, given.document.voided)
    if isinstance(number, Park):
        return f"; but {number.detail}"
    return f" as {number}" if number else ""
