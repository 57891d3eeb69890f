"""What is read, and what is told, of the document of a command that has ended?"""

from functools import partial

from agents.rules.documents.resting import parked
from agents.sync.reads import read_or_wait
from agents.view.lane_context import LaneContext
from agents.view.readings import change_of
from schemas.facts import Fact, Parked, Seen
from schemas.state import Document, InFlight, Park
from schemas.values import Kind
from streams.effects.effects import Effects
from streams.effects.results import Denied, MustWait, TermOver
from streams.ports import Reading

#: What a lane waits for that could not read.
WHY = "reading what moved on"

CommandResult = tuple[Fact, ...] | MustWait | Denied | TermOver


async def read_again(
    effects: Effects, context: LaneContext, in_flight: InFlight, kind: Kind, record_id: str
) -> Reading | MustWait:
    """Return what the side of a command shows of a record, or for how long the lane waits."""
    side = in_flight.command.side
    read = partial(effects.remote(side).read, context.tenant, kind, record_id)
    return await read_or_wait(effects, context.tenant, side, read, WHY)


def parked_now(effects: Effects, context: LaneContext, in_flight: InFlight, park: Park) -> Parked:
    """Return that the document of a command waits."""
    document = document_of(context, in_flight)
    return parked(in_flight.document, document, park, effects.now())


def seen_now(context: LaneContext, in_flight: InFlight, reading: Reading) -> Seen:
    """Return that the side of a command shows this of its record."""
    change = change_of(context.tenant, in_flight.command.side, reading)
    return Seen(document=in_flight.document, change=change)


def document_of(context: LaneContext, in_flight: InFlight) -> Document:
    """Return the document of a command, which is in its lane."""
    document = context.document(in_flight.document)
    if document is None:
        raise ValueError(f"{in_flight.document} has an open decision, and is not in its lane")
    return document
