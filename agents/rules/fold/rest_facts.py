"""What does a fact change of how a document rests: in step, parked, or on one side alone?"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from agents.rules.fold.shown import put_shown
from schemas.asked_conditions import ASKED, OVERWRITE, PUSHED
from schemas.commands import Create
from schemas.facts import Asked, OnOneSide, Parked, Released, Settled
from schemas.state import Agreed, Document
from schemas.values import Side


def _settled(document: Document, fact: Settled) -> Document:
    if document.agreed is None:
        agreed = Agreed(mediaos=fact.mediaos, qbo=fact.qbo)
    else:
        agreed = Agreed(
            mediaos=with_fields(document.agreed.mediaos, fact.mediaos, fact.fields),
            qbo=with_fields(document.agreed.qbo, fact.qbo, fact.fields),
        )
    return replace(document, agreed=agreed, park=None, unplaced=None, link_to="")


def with_fields(half: Any, showing: Any, names: tuple[str, ...]) -> Any:
    """Return a half of what is agreed with these fields as they are shown.

    A field that another release had, and this one has not, is agreed on by nobody.
    """
    known = {name for name in names if hasattr(half, name) and hasattr(showing, name)}
    return replace(half, **{name: getattr(showing, name) for name in names if name in known})


def _parked(document: Document, fact: Parked) -> Document:
    in_flight = document.in_flight
    if in_flight is not None and isinstance(in_flight.command, Create):
        # Given up, and not answered: it may have been carried out.
        document = replace(document, doubtful=True)
    if document.link_to:
        document = put_shown(document, Side.QBO, None)
    return replace(
        document,
        park=fact.park,
        decisions=document.decisions + 1,
        stale=0,
        failures=0,
        in_flight=None,
        link_to="",
        unlinks=False,
        resolution=None,
    )


def _released(document: Document, _fact: Released) -> Document:
    return replace(document, park=None, unplaced=None)


def _asked(document: Document, fact: Asked) -> Document:
    if document.park is None:
        return document
    conditions = (PUSHED, OVERWRITE) if fact.overwrite else (PUSHED if fact.pushed else ASKED,)
    waits_for = tuple(str(condition) for condition in conditions)
    return replace(document, park=replace(document.park, waits_for=waits_for))


def _one_sided(document: Document, fact: OnOneSide) -> Document:
    return replace(document, unplaced=fact.reason, park=None)


STEPS: Mapping[type, Callable[[Document, Any], Document]] = {
    Settled: _settled,
    Parked: _parked,
    Released: _released,
    Asked: _asked,
    OnOneSide: _one_sided,
}
