"""May a record be linked with one that QuickBooks has already, as a person says, or be unlinked?

Our marker goes on it first, and is taken off first: whoever reads QuickBooks alone sees whose it
is, and two that are linked with one at once meet at its token.
"""

from msgspec.structs import replace

from agents.rules.documents.conversion import across
from agents.rules.kinds.table import POLICIES
from schemas.commands import Update
from schemas.decision_input import DecisionInput
from schemas.decisions import Decision, Join, Send, Sever
from schemas.identity import command_id, marker, request_id
from schemas.kinds import called, marker_of
from schemas.records import Record
from schemas.state import Park, ParkReason, Snapshot
from schemas.values import RecordRef, Side

#: What QuickBooks surely holds of a note and our line: its schema says 1024, its pages 2000
#: (quickbooks-money.md 8).
LONGEST_NOTE = 1024


def linked_as_asked(given: DecisionInput, decision: str) -> Decision:
    """Answer for a document that a person says is the record of QuickBooks that it shows."""
    mediaos, qbo = given.document.mediaos, given.document.qbo
    if mediaos is None or mediaos.record is None:
        return not_linked("it was deleted in MediaOS")
    if qbo is None or qbo.record is None:
        gone = given.document.link_to
        return not_linked(f"QuickBooks has no customer {gone} (deleted, or merged into another)")
    ours = marker(given.tenant, given.document.kind, mediaos.id)
    if marker_of(qbo.record) == ours:
        return _joined(given, mediaos.record, qbo.record)
    return _stands_in_the_way(given, qbo, ours) or _marks(given, mediaos, qbo, ours, decision)


def unlinked_as_asked(given: DecisionInput, decision: str) -> Decision:
    """Answer for a linked document of which a person says that it is two."""
    mediaos, qbo = given.document.mediaos, given.document.qbo
    if mediaos is None or qbo is None:
        raise ValueError("a linked document shows both sides")
    ours = marker(given.tenant, given.document.kind, mediaos.id)
    if qbo.record is not None and marker_of(qbo.record) == ours:
        return _marks(given, mediaos, qbo, None, decision)
    kind = given.document.kind
    there = called(RecordRef(Side.QBO, kind, qbo.id), qbo.record)
    return Sever(
        detail=(
            f"its link with {there} was undone: link it with another "
            f"(`isthmus link {kind} {mediaos.id} ID`), or retry it to have it made there"
        )
    )


def _stands_in_the_way(given: DecisionInput, qbo: Snapshot, ours: str) -> Park | None:
    record = qbo.record
    customer = f"customer {qbo.id} of QuickBooks, {getattr(record, 'name', '')!r},"
    if given.settings.observe:
        return not_linked("the tenant only observes: have it go live first")
    if not getattr(record, "active", True):
        return not_linked(f"{customer} is inactive: make it active there")
    theirs = marker_of(record)
    if theirs is not None:
        return not_linked(
            f"{customer} belongs to another already: it bears {theirs!r} in its notes"
        )
    note = getattr(record, "note", None) or ""
    if len(note) + 1 + len(ours) > LONGEST_NOTE:
        return not_linked(f"the notes of {customer} leave no room for our line: make them shorter")
    return None


def _marks(
    given: DecisionInput, mediaos: Snapshot, qbo: Snapshot, text: str | None, decision: str
) -> Decision:
    """Write the marker on the record, or take it off, and nothing else."""
    if qbo.record is None:
        raise ValueError("nothing is written on a record that is gone")
    kind = given.document.kind
    return Send(
        command=Update(
            id=command_id(decision, 0),
            request_id=request_id(decision, 0),
            side=Side.QBO,
            kind=kind,
            about=RecordRef(Side.MEDIAOS, kind, mediaos.id),
            target=qbo.id,
            based_on=qbo.revision,
            record=replace(qbo.record, marker=text),
            fields=("marker",),
        )
    )


def _joined(given: DecisionInput, mediaos: Record, qbo: Record) -> Decision:
    """Return the link, with nothing agreed but how a name is spelt that is the same to QBO."""
    policy = POLICIES[given.document.kind]
    if policy.blank is None:
        return not_linked(f"a {given.document.kind.called} is linked by its number and total alone")
    base = policy.blank
    if policy.same(across(mediaos, Side.QBO, given), qbo):
        return Join(mediaos=base, qbo=replace(base, name=getattr(qbo, "name", "")))
    return Join(mediaos=base, qbo=base)


def not_linked(why: str) -> Park:
    """Return the park of what a person asked to be linked, and cannot be."""
    return Park(
        reason=ParkReason.NOT_LINKED, detail=f"not linked: {why}; put that right and link it again"
    )
