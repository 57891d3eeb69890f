"""What was made inactive in QuickBooks without our having heard of it?

A write that names such a thing is refused with words that do not say which one it is.
"""

from dataclasses import dataclass
from functools import partial

from agents.rules.documents.dependencies import customer_inactive, named_things
from agents.rules.mappings.catalog_entries import mapped_to
from agents.rules.mappings.lacking import made_inactive
from agents.rules.mappings.policy import MappingPolicy
from agents.rules.mappings.table import MAPPINGS
from agents.sync.ended_commands import WHY, CommandResult, document_of, parked_now, read_again
from agents.sync.reads import read_or_wait
from agents.sync.tenant_requests import Ask
from agents.view.lane_context import LaneContext
from schemas.command_facts import Refused
from schemas.commands import Remove
from schemas.kinds import customer_of
from schemas.outcomes import Fault
from schemas.records import Customer
from schemas.requests import ReadTargets
from schemas.state import InFlight, Park
from schemas.values import Kind, MappingKind, Side
from streams.effects.effects import Effects
from streams.effects.results import MustWait
from streams.ports import Target, TargetLists

#: QBO's "object not found" is also its word for a thing that was made inactive (3.3), and so is
#: another code with the same words (quickbooks-money.md 7); 6250 is a customer's own.
NOT_FOUND, INACTIVE_CUSTOMER, MADE_INACTIVE = "610", "6250", "made inactive"


@dataclass(frozen=True, slots=True)
class InactiveThings:
    """Finds out what a refused command names that is inactive."""

    effects: Effects
    lists: TargetLists
    ask: Ask

    async def of(
        self, context: LaneContext, in_flight: InFlight, refused: Refused
    ) -> CommandResult:
        """Find out what that it names was made inactive without our having heard of it.

        Its customer, or what its products are mapped to: that list the tenant's lane reads anew, so
        that whatever else names one waits by itself.
        """
        customer = await self._customer(context, in_flight)
        if isinstance(customer, MustWait):
            return customer
        if isinstance(customer, Park):
            return (refused, parked_now(self.effects, context, in_flight, customer))
        gone: dict[MappingPolicy, dict[str, str]] = {}
        shown = document_of(context, in_flight).mediaos
        for kind, source in named_things(shown.record if shown else None):
            target = mapped_to(context.tenant_state, kind, source)
            if target is None:
                continue
            read = await self._target(context, in_flight, kind, target)
            if isinstance(read, MustWait):
                return read
            if not read.active:
                gone.setdefault(MAPPINGS[kind], {})[source] = target
        for policy in gone:
            asked = f"{policy.target}s:{in_flight.command.id}"
            await self.ask(ReadTargets(id=asked, tenant=context.tenant, kind=policy.kind))
        return (
            refused,
            parked_now(self.effects, context, in_flight, made_inactive(gone, refused.fault)),
        )

    async def _customer(self, context: LaneContext, in_flight: InFlight) -> Park | MustWait | None:
        """Return that QuickBooks' customer of what was refused is inactive, where it is."""
        command = in_flight.command
        named = None if isinstance(command, Remove) else customer_of(command.record)
        if named is None or command.side is not Side.QBO:
            return None
        read = await read_again(self.effects, context, in_flight, Kind.CUSTOMER, named)
        if isinstance(read, MustWait):
            return read
        if not isinstance(read.record, Customer) or read.record.active:
            return None
        return customer_inactive(command.kind, named, read.record.name)

    async def _target(
        self, context: LaneContext, in_flight: InFlight, kind: MappingKind, target: str
    ) -> Target | MustWait:
        side = in_flight.command.side
        read = partial(self.lists.target, context.tenant, kind, target)
        return await read_or_wait(self.effects, context.tenant, side, read, WHY)


def names_inactive(fault: Fault) -> bool:
    """Tell whether a side refused a command because of something that is inactive."""
    return fault.code in {NOT_FOUND, INACTIVE_CUSTOMER} or MADE_INACTIVE in fault.detail
