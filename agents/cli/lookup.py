"""Which tenant, and which document of which lane, does a person mean?

A person names a record by the id that one side shows; the lane is looked up by its documents.
"""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from agents.cli.refusal import Refusal
from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.pushing import is_listed
from schemas.below_zero import may_be
from schemas.state import Document
from schemas.values import RecordRef
from streams.setting_values import slug


class Found(NamedTuple):
    """A document of a lane, and its name there."""

    lane: LaneBook
    name: str

    @property
    def document(self) -> Document:
        """Return the document itself."""
        return self.lane.documents[self.name]


def choose_tenant(known: Sequence[str], named: str | None) -> str:
    """Return the known tenant that is named, or the only one; Refusal says what to name."""
    if named is not None:
        return _known(known, named)
    match known:
        case [only]:
            return only
        case []:
            raise Refusal("The journal knows no tenant yet: name the one you mean by --tenant.")
        case _:
            raise Refusal(f"There are several tenants ({', '.join(known)}): name one by --tenant.")


def _known(known: Sequence[str], named: str) -> str:
    try:
        name = slug(named)
    except ValueError as wrong:
        raise Refusal(f"--tenant is {named!r}, expected {wrong}.") from wrong
    if name in known:
        return name
    if not known:
        raise Refusal(f"The journal knows no tenant yet: connect it by `isthmus connect {name}`.")
    raise Refusal(f"The journal knows no tenant {name}; {nearest(known, name)}.")


def nearest(known: Sequence[str], name: str) -> str:
    """Tell which of the known tenants is named most like one that is not, and how to see all."""
    near = max(known, key=lambda each: SequenceMatcher(None, name.lower(), each.lower()).ratio())
    return (
        f"the nearest name is {near} (`isthmus connections list` shows all, `isthmus connect "
        f"{name}` makes a new one)"
    )


def find(lanes: Iterable[LaneBook], record: RecordRef) -> Found | None:
    """Return the document that a record belongs to, the one that waits where two lanes have it.

    An invoice of MediaOS may be a credit there: people call it by its own id.
    """
    lanes = tuple(lanes)
    found = [
        Found(lane, name)
        for each in may_be(record)
        for lane in lanes
        if (name := lane.names.get(str(each), str(each))) in lane.documents
    ]
    waiting = [each for each in found if each.document.park is not None]
    standing = [each for each in found if each.document.unplaced is None]
    return next(iter(waiting or standing or found), None)


def find_parked(lanes: Sequence[LaneBook], record: RecordRef) -> Found:
    """Return the document of a record, which is parked; Refusal says where it is instead."""
    found = find(lanes, record)
    called = f"{record.kind} {record.id} of {record.side.called}"
    if found is None:
        raise Refusal(_nowhere(lanes, record, called))
    if found.document.park is None:
        raise Refusal(
            f"{_begun(called)} is not parked, so there is nothing to judge again: `isthmus "
            f"explain {record.kind} {record.id} --side {record.side}` says where it stands."
        )
    return found


def find_pushable(lanes: Sequence[LaneBook], record: RecordRef) -> Found:
    """Return the document of a record, which a push sends; Refusal says where it is instead."""
    found = find(lanes, record)
    return found if found is not None and is_listed(found.document) else find_parked(lanes, record)


def lane_holding(lanes: Iterable[LaneBook], record: RecordRef) -> LaneBook | None:
    """Return the lane that holds an event of a record, None where none does."""
    holding = (lane for lane in lanes if any(change.name == record for change in lane.held))
    return next(holding, None)


def _begun(called: str) -> str:
    """Return how a sentence about it begins; what follows keeps its own letters."""
    return called[:1].upper() + called[1:]


def _nowhere(lanes: Iterable[LaneBook], record: RecordRef, called: str) -> str:
    lane = lane_holding(lanes, record)
    if lane is not None:
        why = lane.waits.why if lane.waits else "others of its lane are first"
        return f"{_begun(called)} is held in lane {lane.key} ({why}) and goes by itself."
    return (
        f"No {called} has come in: see that the id is right (--side says whose it is), and that "
        "its change was published."
    )
