"""What is behind the refusal of a command, and what must a person see of it?"""

from collections.abc import Awaitable
from dataclasses import dataclass

from msgspec.structs import replace

from agents.rules.documents.adoption import taken
from agents.rules.documents.closed_books import first_day, reading_awaited
from agents.rules.documents.merged import found_gone
from agents.rules.kinds.characters import odd_characters
from agents.rules.remedies import is_spent, with_remedy
from agents.sync.ended_commands import CommandResult, document_of, parked_now, read_again
from agents.sync.inactive_things import InactiveThings, names_inactive
from agents.sync.open_balances import OpenBalances, over, settled_in_qbo
from agents.sync.owing_customers import owes, paid_up
from agents.sync.tenant_requests import Ask
from agents.view.lane_context import LaneContext
from schemas.command_facts import Refused
from schemas.commands import Create, Remove, Update
from schemas.company import SEVERAL, Classes
from schemas.engine_requests import ReadCompany
from schemas.kinds import customer_of, is_customer, refs_of
from schemas.outcomes import Fault, Verdict
from schemas.records import CreditMemo, Invoice, Refund
from schemas.state import InFlight, Park, ParkReason
from schemas.tenant_conditions import ClosedOtherwise, CurrencyKept, TrackedOtherwise
from schemas.values import Side
from streams.effects.effects import Effects
from streams.effects.results import Denied, MustWait
from streams.ports import TargetLists

#: QBO's word for a reference that leads nowhere (3.3), and not for which one.
INVALID_REFERENCE = "2500"

#: The books are closed on its day, with a password or without one (3.3).
BOOKS_CLOSED = frozenset({"6210", "6200"})

#: A document must name its currency where a company keeps several (3.3, quickbooks-money.md 6).
LACKING, CURRENCY = "2020", "CurrencyRef"

#: The company's plan, or its settings, do not have what a write names (3.3).
NO_FEATURE = "5030"

#: A text has characters that the company does not hold (2.1).
BAD_CHARACTERS = "2040"


@dataclass(frozen=True, slots=True)
class Refusals:
    """Finds out what is behind a refusal, and parks what a person must see."""

    effects: Effects
    lists: TargetLists
    ask: Ask

    async def of(
        self, context: LaneContext, in_flight: InFlight, denied: Denied, refused: Refused
    ) -> CommandResult:
        """Return what comes true, or for how long the lane waits until it can be read."""
        if names_inactive(denied.fault):
            return await InactiveThings(self.effects, self.lists, self.ask).of(
                context, in_flight, refused
            )
        if denied.fault.code == INVALID_REFERENCE:
            return await self._dangling(context, in_flight, denied, refused)
        unheard = self._unheard(context, in_flight, denied, refused)
        if unheard is not None:
            return await unheard
        if is_spent(denied.fault):
            return await self._spent(context, in_flight, denied, refused)
        park = _park(in_flight, denied)
        if owes(in_flight, denied.fault):
            park = replace(park, waits_for=(str(await paid_up(context)),))
        return (refused, parked_now(self.effects, context, in_flight, park))

    def _unheard(
        self, context: LaneContext, in_flight: InFlight, denied: Denied, refused: Refused
    ) -> Awaitable[CommandResult] | None:
        """Return what becomes of what the company's settings refuse, of which nobody told us."""
        if denied.fault.code == LACKING and CURRENCY in denied.fault.detail:
            return self._unheard_currencies(context, in_flight, refused)
        if denied.fault.code in BOOKS_CLOSED:
            return self._closed(context, in_flight, denied, refused)
        kept = _tracked(in_flight.command) if denied.fault.code == NO_FEATURE else None
        if kept is None:
            return None
        return self._untracked(context, in_flight, denied, refused, kept)

    async def _closed(
        self, context: LaneContext, in_flight: InFlight, denied: Denied, refused: Refused
    ) -> CommandResult:
        """Have the tenant's lane read until when the books are closed: nobody has told us."""
        park = _park(in_flight, denied)
        first = first_day(in_flight.command, document_of(context, in_flight).qbo)
        if first is not None:
            # What is known now: what we ask for may be read before we are told that we asked.
            awaited = reading_awaited(context.tenant_state, first, self.effects.now())
            park = replace(park, waits_for=(str(awaited),))
            if not isinstance(awaited, ClosedOtherwise):
                told = "the closing date there is read first, and it is judged by that"
                park = replace(park, detail=f"{denied.fault}; {told}")
        asked = f"company:{in_flight.command.id}"
        await self.ask(ReadCompany(id=asked, tenant=context.tenant, awaited=True))
        return (refused, parked_now(self.effects, context, in_flight, park))

    async def _unheard_currencies(
        self, context: LaneContext, in_flight: InFlight, refused: Refused
    ) -> CommandResult:
        """Have the tenant's lane read which currencies there are: somebody has turned them on."""
        asked = f"company:{in_flight.command.id}"
        await self.ask(ReadCompany(id=asked, tenant=context.tenant))
        told = (
            "QuickBooks keeps several currencies now, and asks for that of each document: that is "
            "read, and it goes by itself"
        )
        waits_for = (str(CurrencyKept(SEVERAL)),)
        park = Park(reason=ParkReason.REFUSED, detail=told, waits_for=waits_for)
        return (refused, parked_now(self.effects, context, in_flight, park))

    async def _untracked(
        self,
        context: LaneContext,
        in_flight: InFlight,
        denied: Denied,
        refused: Refused,
        kept: TrackedOtherwise,
    ) -> CommandResult:
        """Have the tenant's lane read whether there are classes and locations still."""
        await self.ask(ReadCompany(id=f"company:{in_flight.command.id}", tenant=context.tenant))
        park = _park(in_flight, denied)
        told = f"{park.detail}; where classes or locations are off there, it goes by itself"
        park = replace(park, detail=told, waits_for=(str(kept),))
        return (refused, parked_now(self.effects, context, in_flight, park))

    async def _spent(
        self, context: LaneContext, in_flight: InFlight, denied: Denied, refused: Refused
    ) -> CommandResult:
        """Read what the invoices of a payment owe: what has room goes, or a person looks."""
        command = in_flight.command
        shown = document_of(context, in_flight).qbo
        owed = await OpenBalances(self.effects).read(context.tenant, settled_in_qbo(command))
        if isinstance(owed, MustWait):
            return owed
        if over(command, shown, owed):
            return (replace(refused, owed=owed),)
        return (refused, parked_now(self.effects, context, in_flight, _park(in_flight, denied)))

    async def _dangling(
        self, context: LaneContext, in_flight: InFlight, denied: Denied, refused: Refused
    ) -> CommandResult:
        """Find out whether it is the customer that QuickBooks does not have any more."""
        shown = document_of(context, in_flight).mediaos
        named = refs_of(shown.record if shown else None, Side.MEDIAOS)
        here = next((each for each in named if is_customer(each.kind)), None)
        there = None if isinstance(in_flight.command, Remove) else in_flight.command.record
        customer = customer_of(there)
        if here is not None and customer is not None and in_flight.command.side is Side.QBO:
            reading = await read_again(self.effects, context, in_flight, here.kind, customer)
            if isinstance(reading, MustWait):
                return reading
            if reading.record is None:
                return (
                    refused,
                    parked_now(self.effects, context, in_flight, found_gone(customer, here.id)),
                )
        return (refused, parked_now(self.effects, context, in_flight, _park(in_flight, denied)))


def _tracked(command: Create | Update | Remove) -> TrackedOtherwise | None:
    """Return under which classes and locations a write puts something, None under none."""
    record = None if isinstance(command, Remove) else command.record
    if not isinstance(record, Invoice | CreditMemo | Refund):
        return None
    by_line = any(line.class_id for line in record.lines)
    by_sale = Classes.BY_SALE if record.class_id else Classes.OFF
    classes = Classes.BY_LINE if by_line else by_sale
    if not classes and not record.location:
        return None
    return TrackedOtherwise(classes, bool(record.location))


def _park(in_flight: InFlight, denied: Denied) -> Park:
    side = in_flight.command.side
    if denied.verdict is Verdict.TAKEN and isinstance(in_flight.command, Create | Update):
        return taken(in_flight.command, "")
    if denied.found is not None:
        told = f"{side.called}: {denied.fault.detail}; put it right there, then retry"
        return Park(reason=ParkReason.CUSTOMER_CHANGED, detail=told)
    command = in_flight.command
    if denied.fault.code == BAD_CHARACTERS and not isinstance(command, Remove):
        return _unwritable(command, denied.fault)
    reason = ParkReason.BUG if denied.verdict is Verdict.BUG else ParkReason.REFUSED
    return Park(reason=reason, detail=with_remedy(denied.fault))


def _unwritable(command: Create | Update, fault: Fault) -> Park:
    """Name the fields whose characters a company does not hold."""
    odd = odd_characters(command)
    where = f"it does not hold what stands in {odd}: write that otherwise" if odd else "change it"
    return Park(
        reason=ParkReason.REFUSED, detail=f"{fault}; {where} in {command.about.side.called}"
    )
