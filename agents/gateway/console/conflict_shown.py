"""What did both sides change, and what says each of it?  For who decides whose value stands."""

from dataclasses import dataclass
from datetime import datetime

from agents.gateway.console.field_words import field_told
from agents.gateway.console.page import Visit
from agents.rules.documents.conflicts import Conflict, conflict_of
from agents.rules.documents.resolving import cannot_stand
from agents.rules.wording import fields_called
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
    """A conflict; `ended` is the side that took the record away, `keeps` what may be kept.

    `mediaos` and `qbo` are the revisions that are shown, which the decision names.
    """

    fields: tuple[FieldShown, ...]
    ended: Side | None
    changed: tuple[tuple[Side, datetime], ...]
    keeps: tuple[Side, ...]
    mediaos: str
    qbo: str


def conflict_shown(visit: Visit, document: Document) -> ConflictShown | None:
    """Return over what a document waits for a decision; None while it is in no conflict."""
    conflict = conflict_of(document)
    if conflict is None:
        return None
    shown = [(side, each) for side in Side if (each := document.shown(side)) is not None]
    revisions = {side: str(each.revision) for side, each in shown}
    return ConflictShown(
        fields=tuple(_field(visit, document, name) for name in conflict.fields),
        ended=conflict.ended,
        changed=tuple((side, each.at) for side, each in shown),
        keeps=tuple(side for side in Side if not _refused(document, conflict, side)),
        mediaos=revisions.get(Side.MEDIAOS, ""),
        qbo=revisions.get(Side.QBO, ""),
    )


def _refused(document: Document, conflict: Conflict, side: Side) -> str:
    return cannot_stand(document, conflict, side, conflict.fields)


def _field(visit: Visit, document: Document, name: str) -> FieldShown:
    values = {
        side: field_told(visit, side, name, getattr(shown.record, name, None))
        if (shown := document.shown(side))
        else ""
        for side in Side
    }
    return FieldShown(
        called=fields_called((name,)),
        agreed=field_told(
            visit,
            Side.MEDIAOS,
            name,
            getattr(document.agreed and document.agreed.mediaos, name, None),
        ),
        mediaos=values[Side.MEDIAOS],
        qbo=values[Side.QBO],
    )
