"""Is what a side showed the create that we sent?"""

from collections.abc import Callable, Sequence

from schemas.commands import Create
from schemas.kinds import marker_of
from schemas.outcomes import Done, Fault, Verdict
from schemas.records import Record
from streams.effects.results import Denied, Ended
from streams.ports import Reading

#: The rule that tells whether a record that was found is what the command asked for.
IsOurs = Callable[[Create, Record | None], bool]


def recognised(create: Create, answer: Sequence[Reading], is_ours: IsOurs) -> Ended | Denied | None:
    """Return what the records that were found say of our create; None when none is ours."""
    ours = [r for r in answer if is_ours(create, r.record)]
    if ours:
        return _adopted(ours[0])
    marker = marker_of(create.record)
    marked = [
        r
        for r in answer
        if marker is not None
        and marker_of(r.record) == marker
        and not (create.after_void and getattr(r.record, "voided", False))
    ]
    if marked:
        return _claimed(create, marked[0])
    return None


def _claimed(create: Create, found: Reading) -> Denied:
    """A record with our marker is there, and it is not what we asked for: a person looks."""
    told = f"it has {found.id} with our marker, and its customer or its total differs"
    return Denied(Fault(side=create.side, status=0, detail=told), Verdict.PARK, found)


def _adopted(found: Reading) -> Ended:
    done = Done(id=found.id, revision=found.revision, record=found.record, at=found.at)
    return Ended(done, adopted=True)
