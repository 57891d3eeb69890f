"""Under which class and location of QuickBooks does a sale of MediaOS go?

A line goes under the class of what it sells.  A company may have one class for a whole sale, and it
has one location for it: that is said where all that is mapped of its lines agrees.
"""

from collections.abc import Mapping
from typing import TypeVar

from msgspec.structs import replace

from agents.rules.kinds.policy import TO_QBO, Field
from agents.rules.mappings.dimensions import thing_sold
from agents.rules.mappings.table import MAPPINGS
from schemas.company import Classes
from schemas.decision_input import DecisionInput
from schemas.kinds import kind_of
from schemas.records import CreditMemo, Invoice, Line, Refund, Sale
from schemas.state import Park, ParkReason
from schemas.values import MappingKind, Side

S = TypeVar("S", Invoice, CreditMemo, Refund)

#: Said when it is made; from then on a bookkeeper chooses.
DIMENSION_FIELDS: Mapping[str, Field] = {
    name: Field(TO_QBO, Side.QBO, once=True) for name in ("class_id", "location")
}


def dimensions_across(sale: S, to: Side, given: DecisionInput) -> S:
    """Return a sale with its classes and its location; MediaOS takes no word for either.

    What it sells must be in MediaOS's own values still.
    """
    if to is Side.MEDIAOS:
        lines = tuple(replace(line, class_id="") for line in sale.lines)
        return replace(sale, lines=lines, class_id="", location="")
    by_line = given.company.classes is Classes.BY_LINE
    lines = tuple(
        replace(line, class_id=_of(MappingKind.CLASS, line, given) if by_line else "")
        for line in sale.lines
    )
    return replace(
        sale,
        lines=lines,
        class_id="" if by_line else _of_all(MappingKind.CLASS, sale, given),
        location=_of_all(MappingKind.LOCATION, sale, given),
    )


def scattered(sale: Sale, given: DecisionInput) -> Park | None:
    """Return that what a new sale sells is under several, of what all of it must be under one."""
    by_sale = given.company.classes is Classes.BY_SALE
    for kind in (*((MappingKind.CLASS,) if by_sale else ()), MappingKind.LOCATION):
        found = _found(kind, sale, given)
        if given.document.agreed is None and kind in given.settings.require and len(found) > 1:
            policy = MAPPINGS[kind]
            several = "classes" if kind is MappingKind.CLASS else "locations"
            told = (
                f"what it sells is mapped to {several} {', '.join(found)}, and QuickBooks has all "
                f"of one {kind_of(sale).called} under one: bill them apart, or map them to one "
                f"({policy.command} add) and retry"
            )
            return Park(reason=ParkReason.UNSAYABLE, detail=told)
    return None


def _of_all(kind: MappingKind, sale: Sale, given: DecisionInput) -> str:
    found = _found(kind, sale, given)
    return found[0] if len(found) == 1 else ""


def _found(kind: MappingKind, sale: Sale, given: DecisionInput) -> tuple[str, ...]:
    of_lines = (_of(kind, line, given) for line in sale.lines)
    return tuple(dict.fromkeys(each for each in of_lines if each))


def _of(kind: MappingKind, line: Line, given: DecisionInput) -> str:
    sold = thing_sold(line)
    return (given.target(kind, sold) if sold else None) or ""
