"""What does a fact change of which records are one document: linked, unlinked, or made anew?"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from agents.rules.fold.shown import put_shown
from schemas.asked_conditions import ASKED
from schemas.facts import LinkAsked, Linked, LinkTargetShown, Regenerated, UnlinkAsked, Unlinked
from schemas.state import Document, Park, ParkReason
from schemas.values import Side


def _linked(document: Document, fact: Linked) -> Document:
    """Take over what a side showed of this record while it was not known whose it was."""
    for record in fact.records:
        known = document.shown(record.side)
        twin = fact.twin if str(record) != fact.document else None
        if twin is not None and (known is None or known.revision < twin.revision):
            document = put_shown(document, record.side, twin)
    return document


def _link_asked(document: Document, fact: LinkAsked) -> Document:
    if document.park is None or document.agreed is not None:
        return document
    park = replace(document.park, waits_for=(str(ASKED),))
    return replace(put_shown(document, Side.QBO, None), park=park, link_to=fact.target)


def _target_shown(document: Document, fact: LinkTargetShown) -> Document:
    return put_shown(document, Side.QBO, fact.shown) if document.link_to else document


def _unlink_asked(document: Document, _fact: UnlinkAsked) -> Document:
    if document.agreed is None or document.in_flight is not None:
        return document
    park = Park(reason=ParkReason.NOT_LINKED, detail="its link is being undone")
    return replace(document, park=park, unlinks=True)


def _unlinked(document: Document, fact: Unlinked) -> Document:
    return replace(
        put_shown(document, Side.QBO, None),
        agreed=None,
        generation=fact.generation,
        doubtful=True,
        said="",
        unlinks=False,
        resolution=None,
    )


def _regenerated(document: Document, fact: Regenerated) -> Document:
    if document.generation >= fact.generation:
        return document
    for record in fact.gone:
        document = put_shown(document, record.side, None)
    return replace(
        document,
        generation=fact.generation,
        agreed=None,
        doubtful=True,
        said="",
        resolution=None,
        voided=document.voided + fact.voided,
    )


STEPS: Mapping[type, Callable[[Document, Any], Document]] = {
    Linked: _linked,
    LinkAsked: _link_asked,
    LinkTargetShown: _target_shown,
    UnlinkAsked: _unlink_asked,
    Unlinked: _unlinked,
    Regenerated: _regenerated,
}
