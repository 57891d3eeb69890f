"""By what is it decided under which class and location of QuickBooks something is sold?

By the product, or the line item type, that a line names: MediaOS shows nothing else of a line or an
invoice that says which publication or order it is of (mediaos-api.md 3.2).
"""

from schemas.company import Classes, Company
from schemas.kinds import KINDS, kind_of
from schemas.records import Line, Record
from schemas.tenant_state import TYPED


def thing_sold(line: Line) -> str | None:
    """Return by what the class and the location of a line of MediaOS are mapped."""
    return line.product if line.line_type is None else f"{TYPED}{line.line_type}"


def things_sold(record: Record) -> tuple[str | None, ...]:
    """Return the same of all lines; those of QuickBooks, which have ids, show their own."""
    lines = KINDS[kind_of(record)].lines(record)
    return tuple(filter(None, (thing_sold(line) for line in lines if not line.id)))


def keeps_classes(company: Company) -> bool:
    """Tell whether a company puts its sales, or their lines, under classes."""
    return company.classes is not Classes.OFF


def keeps_locations(company: Company) -> bool:
    """Tell whether a company puts its sales under locations."""
    return company.locations
