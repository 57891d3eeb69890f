"""What does a fact change of a document that is in conflict, and of which a person decides?"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from agents.rules.fold.rest_facts import with_fields
from schemas.asked_conditions import PUSHED
from schemas.conflict_facts import Conceded, ConflictResolved
from schemas.state import Agreed, Document, Resolution


def _resolved(document: Document, fact: ConflictResolved) -> Document:
    """Have it judged anew; what goes is conceded then, or made anew where it is a removal."""
    if document.park is None or document.agreed is None:
        return document
    resolution = (
        Resolution(keep=fact.keep, fields=fact.fields, lost=fact.lost)
        if fact.lost is not None
        else None
    )
    told = f"somebody has decided it by what {fact.keep.called} shows: it goes by itself"
    park = replace(document.park, detail=told, waits_for=(str(PUSHED),))
    return replace(document, park=park, resolution=resolution)


def _conceded(document: Document, fact: Conceded) -> Document:
    if document.agreed is None or document.resolution is None:
        return document
    agreed = Agreed(
        mediaos=with_fields(document.agreed.mediaos, fact.mediaos, fact.fields),
        qbo=with_fields(document.agreed.qbo, fact.qbo, fact.fields),
    )
    return replace(document, agreed=agreed, resolution=None)


STEPS: Mapping[type, Callable[[Document, Any], Document]] = {
    ConflictResolved: _resolved,
    Conceded: _conceded,
}
