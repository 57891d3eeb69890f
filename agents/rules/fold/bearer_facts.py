"""Which lanes have an invoice of MediaOS that is not linked yet?

One that waits and moves to another advertiser comes to stand in the lanes of both, and one that
turns its sign under both its names: each of them finds the others by this, before it sends it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from agents.rules.fold.before import document_of
from agents.rules.fold.routes import Step
from schemas.below_zero import invoice_behind
from schemas.facts import Fact, Linked, Seen
from schemas.lane_facts import HomeChanged
from schemas.rows import BearersRow, record_named
from schemas.state import Bearers, Owner
from schemas.values import RecordRef


class Bearing(NamedTuple):
    """That a lane has an invoice as one of its documents, or has it no more."""

    owner: Owner
    bears: bool


def borne(step: Step, fact: Fact) -> Iterator[tuple[str, Bearing]]:
    """Yield the rows of the invoices that a fact gives to its lane, or takes from it."""
    match fact:
        case Seen() if not _is_linked(step, fact.document):
            yield from _told(step, fact.change.name, fact.document, bears=True)
        case Linked() if fact.home == step.lane:
            yield from _told(step, fact.records[0], fact.document, bears=False)
        case HomeChanged():
            for name in fact.documents:
                record = record_named(name)
                if record is not None:
                    yield from _told(step, record, name, bears=False)
        case _:
            return


def evolve_bearers(bearers: Bearers | None, told: Bearing) -> Bearers | None:
    """Return which lanes have it; None where none has."""
    known = bearers.lanes if bearers is not None else ()
    if (told.owner in known) is told.bears:
        return bearers
    left = tuple(each for each in known if each != told.owner)
    lanes = (*left, told.owner) if told.bears else left
    return Bearers(lanes=lanes) if lanes else None


def _told(
    step: Step, record: RecordRef, document: str, *, bears: bool
) -> Iterator[tuple[str, Bearing]]:
    invoice = invoice_behind(record)
    if invoice is not None:
        row = BearersRow(step.tenant, str(invoice), step.partition)
        yield str(row), Bearing(Owner(lane=step.lane, document=document), bears)


def _is_linked(step: Step, name: str) -> bool:
    document = document_of(step.lane, name, step.state)
    return document is not None and document.agreed is not None
