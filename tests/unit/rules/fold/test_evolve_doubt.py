"""What a lane remembers of attempts, refusals and names, and which facts say nothing to it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from schemas.changes import Change
from schemas.command_facts import Attempted, CommandApplied, Decided, Refused, Unanswered
from schemas.decision_input import DecisionInput
from schemas.facts import Asked, Linked, OnOneSide, Parked, Regenerated, Released, Seen, Settled
from schemas.lane_facts import LaneWaited, Taken
from schemas.outcomes import Fault, Verdict
from schemas.state import Document, Owner, Park, ParkReason
from schemas.values import Kind, RecordRef, Revision, Side
from tests.testing.commands import write
from tests.testing.lanes import KEY, Rows
from tests.unit.rules.records import AT, INVOICE, QBO_INVOICE, linked_invoice, shown

NAME = "mediaos/invoice/136"
NEW = Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "136"), event="e", order=1)
PARK = Park(reason=ParkReason.REFUSED, detail="no")
LATER = AT + timedelta(seconds=9)


def lane(document: Document = NEW) -> Rows:
    return Rows.of(**{NAME: document})


def fold(state: Rows, *facts) -> Rows:
    return state.fold(*facts)


def decided(target: str | None = None, *, pushed: bool = False) -> Decided:
    command = write(
        id="c1",
        request_id="r1",
        side=Side.QBO,
        kind=Kind.INVOICE,
        about=RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"),
        target=target,
        record=QBO_INVOICE,
        fields=("memo",),
    )
    given = DecisionInput(tenant="t1", document=NEW, pushed=pushed)
    return Decided(decision="d1", document=NAME, given=given, rules="r", command=command, at=AT)


def refused(verdict: Verdict = Verdict.PARK, command: str = "c1") -> Refused:
    return Refused(command=command, fault=Fault(side=Side.QBO, status=400), verdict=verdict)


def answered(revision: int, record_id: str = "266") -> CommandApplied:
    return CommandApplied(
        command="c1",
        side=Side.QBO,
        kind=Kind.INVOICE,
        id=record_id,
        revision=Revision(False, revision),
        record=replace(QBO_INVOICE, memo="answered"),
        at=AT,
    )


AGAIN = Attempted(command="c1", number=2, at=LATER)
LOST = Unanswered(command="c1", number=1, detail="timed out")


@pytest.mark.parametrize(
    ("ends", "doubtful"),
    [((), False), ((LOST,), True), ((AGAIN,), True), ((LOST, AGAIN), True)],
)
def test_a_create_refused_after_an_attempt_of_unknown_end_leaves_doubt(ends, doubtful):
    document = fold(lane(), decided(), *ends, refused()).documents[NAME]

    assert document.doubtful is doubtful
    assert (document.attempted is not None) is doubtful, "what was refused will not arrive"


def test_an_update_leaves_no_doubt():
    document = fold(lane(linked_invoice()), decided("266"), LOST, AGAIN, refused()).documents[NAME]

    assert (document.doubtful, document.attempted) == (False, None)


def test_the_next_decision_knows_the_doubt_and_the_last_attempt_and_success_ends_it():
    state = fold(lane(), decided(), LOST, AGAIN, refused(), decided())
    assert (state.in_flight.doubtful, state.in_flight.earlier) == (True, LATER)

    state = fold(state, answered(0))
    assert state.documents[NAME].doubtful is False


def test_an_open_command_knows_its_own_first_and_last_attempt():
    state = fold(lane(), decided(), LOST, AGAIN)
    opened = state.in_flight
    assert (opened.attempts, opened.first_attempt, opened.last_attempt) == (2, AT, LATER)

    again = replace(decided(), decision="d2", at=LATER + timedelta(hours=1))
    opened = fold(state, refused(), again).in_flight
    assert (opened.attempts, opened.first_attempt, opened.last_attempt) == (1, again.at, again.at)
    assert opened.earlier == LATER


def test_only_a_command_that_waited_under_its_first_attempt_is_known_as_not_sent():
    waited = LaneWaited(why="budget", until=LATER, unsent=True)
    state = fold(lane(), decided(), waited)
    assert state.in_flight.unsent
    assert not fold(state, AGAIN).in_flight.unsent, "another attempt may be sent"
    later = fold(lane(), decided(), AGAIN, waited).in_flight
    assert not later.unsent, "the first one may have been"
    assert not fold(lane(), decided(), replace(waited, unsent=False)).in_flight.unsent


def test_a_decision_remembers_that_it_was_pushed():
    assert fold(lane(), decided(pushed=True)).in_flight.pushed
    assert not fold(lane(), decided()).in_flight.pushed


def test_stale_refusals_are_counted_in_a_row():
    stale = (decided("266"), refused(Verdict.STALE))
    state = fold(lane(linked_invoice()), *stale, *stale)
    assert state.documents[NAME].stale == 2

    assert fold(state, decided("266"), refused(Verdict.PARK)).documents[NAME].stale == 0
    assert fold(state, decided("266"), answered(9)).documents[NAME].stale == 0
    parked = Parked(document=NAME, event="e", park=PARK, at=AT)
    assert fold(state, parked).documents[NAME].stale == 0


@pytest.mark.parametrize(
    "fact",
    [
        replace(AGAIN, command="another"),
        replace(AGAIN, number=1),
        replace(LOST, command="another"),
        refused(command="another"),
        replace(answered(9), command="another"),
    ],
)
def test_what_is_told_of_another_command_or_attempt_changes_nothing(fact):
    state = fold(lane(), decided())

    assert fold(state, fact) == state


@pytest.mark.parametrize(
    "fact",
    [
        Settled(document="x", fields=(), mediaos=INVOICE, qbo=QBO_INVOICE),
        Parked(document="x", event="e", park=PARK, at=AT),
        Released(document="x", why="w"),
        Asked(document="x", request="r", pushed=False),
        Asked(document=NAME, request="r", pushed=False),
        OnOneSide(document="x", reason="r"),
        Regenerated(document="x", generation=1),
        Regenerated(document=NAME, generation=0),
        Linked(kind=Kind.INVOICE, document="x", mediaos="137", qbo="267", home=KEY),
        Linked(kind=Kind.INVOICE, document=NAME, mediaos="136", qbo="266", home="t1/mediaos/1"),
        Taken(event="e"),
        AGAIN,
        LOST,
    ],
)
def test_what_is_told_of_nothing_that_is_here_changes_nothing(fact):
    assert fold(lane(), fact).book == lane().book


def test_an_answer_older_than_what_is_shown_hides_nothing():
    state = fold(lane(linked_invoice()), decided("266"), answered(3))
    assert state.documents[NAME].qbo == linked_invoice().qbo
    assert state.in_flight is None

    state = fold(lane(linked_invoice()), decided("266"), answered(4))
    assert state.documents[NAME].qbo == linked_invoice().qbo

    state = fold(lane(linked_invoice()), decided("266"), answered(5))
    assert state.documents[NAME].qbo.record.memo == "answered"


def test_an_answer_about_a_new_record_replaces_the_old_one_whatever_its_revision():
    state = fold(lane(linked_invoice()), decided(), answered(0, "300"))

    assert state.documents[NAME].qbo.id == "300"


@pytest.mark.parametrize(("twin", "kept"), [(7, "twin"), (4, "March issue"), (3, "March issue")])
def test_a_link_takes_over_what_was_seen_of_the_record_by_itself_when_it_is_newer(twin, kept):
    alone = Document(kind=Kind.INVOICE, qbo=shown(replace(QBO_INVOICE, memo="twin"), "266", twin))
    documents = {NAME: linked_invoice(), "qbo/invoice/266": alone}
    state = fold(
        Rows.of(**documents),
        Linked(kind=Kind.INVOICE, document=NAME, mediaos="136", qbo="266", home=KEY),
    )

    assert list(state.documents) == [NAME]
    assert state.documents[NAME].qbo.record.memo == kept
    assert state.book.names == {"qbo/invoice/266": NAME}


def seen(side: Side, record_id: str, revision: int) -> Seen:
    of = RecordRef(side, Kind.INVOICE, record_id)
    change = Change(
        event=f"{of}@{revision}",
        tenant="t1",
        side=side,
        kind=Kind.INVOICE,
        id=record_id,
        customer="42",
        revision=Revision(False, revision),
        at=AT,
        record=INVOICE,
    )
    return Seen(document=NAME, change=change)


def test_a_document_has_its_place_from_the_record_that_founded_it():
    state = fold(Rows(), seen(Side.MEDIAOS, "136", 1), seen(Side.QBO, "266", 1))

    assert list(state.documents) == [NAME]
    assert (state.lane.order, state.documents[NAME].order) == (1, 1)


def test_a_revision_that_is_not_newer_changes_nothing():
    state = fold(Rows(), seen(Side.MEDIAOS, "136", 2))

    assert fold(state, seen(Side.MEDIAOS, "136", 2), seen(Side.MEDIAOS, "136", 1)) == state


def test_made_anew_means_without_the_record_that_is_gone_and_in_doubt():
    gone = replace(linked_invoice(), qbo=shown(None, "266", 5))
    linked = Linked(kind=Kind.INVOICE, document=NAME, mediaos="136", qbo="266", home=KEY)
    state = fold(lane(gone), linked, Regenerated(document=NAME, generation=1))

    document = state.documents[NAME]
    assert (document.qbo, document.agreed, document.mediaos) == (None, None, gone.mediaos)
    assert (document.generation, document.doubtful) == (1, True)
    assert state.state("where:t1/qbo/invoice/266") == Owner(lane=KEY)


def test_an_open_create_that_is_given_up_may_have_been_carried_out():
    given_up = Parked(document=NAME, event="e", park=PARK, at=LATER, order=1)
    document = fold(lane(), decided(), given_up).documents[NAME]
    assert (document.in_flight, document.doubtful, document.attempted) == (None, True, AT)

    assert not fold(lane(), given_up).documents[NAME].doubtful, "none was open"
    assert not fold(lane(linked_invoice()), decided("266"), given_up).documents[NAME].doubtful


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (NEW, ""),
        (replace(NEW, said="b0", attempted=AT), "b0"),
        (replace(NEW, said="b0", doubtful=True), "b0"),
        (replace(NEW, said="b0", refusals=1), "b0"),
    ],
    ids=["first", "sent-before", "in-doubt", "refused-before"],
)
def test_a_first_create_that_was_never_sent_has_said_nothing(before, said):
    sent = decided()
    sent = replace(sent, command=replace(sent.command, body="b1"))
    after = fold(lane(before), sent, refused(Verdict.UNSENT)).documents[NAME]

    assert after.said == said


def test_a_first_create_that_was_refused_has_said_what_it_said():
    sent = decided()
    sent = replace(sent, command=replace(sent.command, body="b1"))

    assert fold(lane(), sent, refused()).documents[NAME].said == "b1"
