"""What says each side of a document in conflict?  For whoever decides whose value stands.

No side tells which of its users changed a record; it tells when.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agents.rules.documents.conflicts import Conflict, conflict_of
from agents.rules.documents.resolving import cannot_stand
from agents.rules.wording import fields_called
from schemas.state import Document
from schemas.values import Side

#: What stands in the place of a side's values that has the record no more.
TAKEN_AWAY = "taken away"


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """One field as both had agreed on it, and as each side shows it now.

    A side that took the record away shows nothing.  `refused` is why what a side shows of it
    cannot stand, where that is so.
    """

    field: str
    called: str
    agreed: Any
    mediaos: Any
    qbo: Any
    refused: dict[Side, str]

    def of(self, side: Side) -> Any:
        """Return what that side shows."""
        return self.mediaos if side is Side.MEDIAOS else self.qbo


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictSides:
    """A conflict as it is shown; `ended` is the side that took the record away, if one did.

    `changed` is when each side's record was changed last, `revisions` those that both show, which
    a decision names.
    """

    ended: Side | None
    fields: tuple[Apart, ...]
    changed: dict[Side, datetime]
    revisions: dict[Side, str]

    @property
    def keeps(self) -> tuple[Side, ...]:
        """Return the sides of which all that they show may stand."""
        return tuple(side for side in Side if not any(each.refused[side] for each in self.fields))


def conflict_sides(document: Document) -> ConflictSides | None:
    """Return what each side says of a document in conflict; None while it is in none."""
    conflict = conflict_of(document)
    if conflict is None:
        return None
    shown = {side: each for side in Side if (each := document.shown(side)) is not None}
    return ConflictSides(
        ended=conflict.ended,
        fields=tuple(_apart(document, conflict, each) for each in conflict.fields),
        changed={side: each.at for side, each in shown.items()},
        revisions={side: str(each.revision) for side, each in shown.items()},
    )


def _apart(document: Document, conflict: Conflict, field: str) -> Apart:
    values = {side: _shown(document, conflict, side, field) for side in Side}
    return Apart(
        field=field,
        called=fields_called((field,)),
        agreed=getattr(document.agreed and document.agreed.mediaos, field, None),
        mediaos=values[Side.MEDIAOS],
        qbo=values[Side.QBO],
        refused={side: cannot_stand(document, conflict, side, (field,)) for side in Side},
    )


def _shown(document: Document, conflict: Conflict, side: Side, field: str) -> Any:
    """Return a field as a side shows it; a record that was voided is gone as a deleted one is."""
    shown = document.shown(side)
    if shown is None or side is conflict.ended:
        return None
    return getattr(shown.record, field, None)
