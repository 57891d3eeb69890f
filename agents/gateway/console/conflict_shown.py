"""What did both sides change, and what says each of it?  For who decides whose value stands."""

from dataclasses import dataclass

from agents.gateway.console.field_words import field_told
from agents.gateway.console.page import Visit
from agents.rules.documents.conflict_sides import TAKEN_AWAY, Apart, conflict_sides
from schemas.state import Document
from schemas.values import Side


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShown:
    """One field as both had agreed on it, and as each side has it now."""

    called: str
    agreed: str
    mediaos: str
    qbo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictShown:
    """A conflict; `keeps` is whose values may be kept.

    `mediaos` and `qbo` are the revisions that are shown, which the decision names.
    """

    fields: tuple[FieldShown, ...]
    keeps: tuple[Side, ...]
    mediaos: str
    qbo: str


def conflict_shown(visit: Visit, document: Document) -> ConflictShown | None:
    """Return over what a document waits for a decision; None while it is in no conflict."""
    sides = conflict_sides(document)
    if sides is None:
        return None
    return ConflictShown(
        fields=tuple(_field(visit, each, sides.ended) for each in sides.fields),
        keeps=sides.keeps,
        mediaos=sides.revisions.get(Side.MEDIAOS, ""),
        qbo=sides.revisions.get(Side.QBO, ""),
    )


def _field(visit: Visit, apart: Apart, ended: Side | None) -> FieldShown:
    here, there = (
        TAKEN_AWAY if side is ended else field_told(visit, side, apart.field, apart.of(side))
        for side in (Side.MEDIAOS, Side.QBO)
    )
    agreed = field_told(visit, Side.MEDIAOS, apart.field, apart.agreed)
    return FieldShown(called=apart.called, agreed=agreed, mediaos=here, qbo=there)
