"""Whose is a document of QuickBooks, where its lane has not heard of the customer?

What the customer is (older than the tenant's going live, inactive, of a taken name) says what
becomes of its documents, and a customer that nobody touches is told of by no webhook.  So the
lane's first document has the customer read.
"""

from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from agents.rules.kinds.policy import Need
from agents.rules.kinds.table import POLICIES
from agents.sync.reads import read_or_wait
from agents.view.lane_context import LaneContext
from agents.view.readings import change_of
from schemas.changes import Change
from schemas.kinds import customer_of
from schemas.values import Kind, Side
from streams.effects.effects import Effects
from streams.effects.results import MustWait


@dataclass(frozen=True, slots=True)
class CustomerReads:
    """Reads the customers of lanes that do not know theirs."""

    effects: Effects

    async def unheard(self, context: LaneContext, change: Change) -> Change | MustWait | None:
        """Return what QuickBooks shows of a document's customer; None where the lane knows it."""
        customer = customer_of(change.record)
        follows = Need.CUSTOMER in POLICIES[change.kind].needs
        if context.side is not Side.QBO or change.side is not Side.QBO or not follows:
            return None
        if customer is None or context.lane.customers:
            return None
        remote = self.effects.remote(Side.QBO)
        read = partial(remote.read, context.tenant, Kind.CUSTOMER, customer)
        why = "reading the customer of a document"
        reading = await read_or_wait(self.effects, context.tenant, Side.QBO, read, why)
        if isinstance(reading, MustWait):
            return reading
        return replace(change_of(context.tenant, Side.QBO, reading), customer=customer)
