"""What facts add up to, and that telling one twice adds nothing."""

from datetime import timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.documents.decide import decide
from agents.rules.documents.decision_input import given_for
from agents.rules.documents.outcome import applied
from schemas.catalog import decode_journal, encode
from schemas.changes import Change
from schemas.command_facts import Attempted, CommandApplied, Decided, Unanswered
from schemas.decisions import Send
from schemas.envelope import JournalRecord
from schemas.facts import Linked, OnOneSide, Parked, Seen
from schemas.identity import event_id
from schemas.lane_facts import Held, HomeChanged, LaneWaited, LaneWentOn, Taken
from schemas.outcomes import Done
from schemas.rows import PendingCreatesRow
from schemas.state import Creating, Lane, Owner, Park, ParkReason, WaitReason
from schemas.tenant_state import Tenant, TenantSettings
from schemas.values import Kind, RecordRef, Revision, Side
from schemas.waiting import Waiting
from tests.testing.lanes import KEY, Rows
from tests.unit.rules.records import ADVERTISER, AT, CUSTOMER

NAME = "mediaos/customer/42"
PARK = Park(reason=ParkReason.REFUSED, detail="no")


def change(revision=1, record=ADVERTISER, side=Side.MEDIAOS, record_id="42"):
    of = RecordRef(side, Kind.CUSTOMER, record_id)
    return Change(
        event=event_id("t1", of, Revision(False, revision)),
        tenant="t1",
        side=side,
        kind=Kind.CUSTOMER,
        id=record_id,
        customer=record_id,
        revision=Revision(False, revision),
        at=AT,
        record=record,
    )


def story():
    """Return the facts of one customer's crossing, as they would stand in the journal."""
    seen = Seen(document=NAME, change=change())
    lane = Rows().fold(seen)
    asked = given_for(
        "t1", lane.documents[NAME], lane.book.document_of, Tenant(settings=TenantSettings())
    )
    decision = decide(asked, "t1/mediaos/customer/42@1#1")
    assert isinstance(decision, Send)
    decided = Decided(
        decision="t1/mediaos/customer/42@1#1",
        document=NAME,
        given=asked,
        rules="r",
        command=decision.command,
        at=AT,
    )
    command = decision.command.id
    lane = lane.fold(decided)
    done = Done(id="58", revision=Revision(False, 0), record=CUSTOMER, at=AT)
    ended = applied(lane.in_flight, lane.documents[NAME], done, adopted=False, home=KEY)
    again = Attempted(command=command, number=2, at=AT + timedelta(seconds=9))
    lost = Unanswered(command=command, number=1, detail="timed out")
    return [seen, decided, lost, again, *ended]


def fold(facts, lane=None):
    return (lane or Rows()).fold(*facts)


def test_a_crossing_links_and_agrees_and_leaves_nothing_open():
    lane = fold(story())

    assert lane.in_flight is None
    document = lane.documents[NAME]
    assert document.agreed.qbo == CUSTOMER
    assert lane.book.names["qbo/customer/58"] == NAME
    assert (lane.lane.customers, lane.lane.linked) == ((NAME,), True)


@pytest.mark.parametrize("place", range(len(story())))
def test_a_fact_told_twice_changes_nothing(place):
    facts = story()
    once = fold(facts[: place + 1])

    assert fold([facts[place]], once) == once


@pytest.mark.parametrize("place", range(len(story())))
def test_a_revision_that_is_seen_again_later_changes_nothing(place):
    facts = story()
    later = fold(facts[: place + 1])

    assert fold(facts[:1], later) == later


def test_decisions_are_counted_by_event_and_a_park_is_one():
    park = Parked(document=NAME, event="e", park=PARK, at=AT)
    lane = fold([*story()[:2], park, park])
    assert lane.documents[NAME].decisions == 3

    lane = fold([Seen(document=NAME, change=change(2))], lane)
    assert lane.documents[NAME].decisions == 0
    assert lane.documents[NAME].event == change(2).event


def test_what_is_read_once_more_gives_out_no_id_of_a_command_again():
    lane = fold(story())
    fuller = replace(CUSTOMER, phone="555-0100")
    again = change(0, fuller, Side.QBO, "58")
    lane = fold([Seen(document=NAME, change=again, again=True)], lane)

    document = lane.documents[NAME]
    assert document.qbo.record == fuller
    assert (document.event, document.decisions) == (change().event, 1)


def test_what_is_settled_waits_no_more_and_is_listed_no_more():
    facts = story()
    parked = Parked(document=NAME, event="e", park=PARK, at=AT)
    listed = OnOneSide(document=NAME, reason="born in QuickBooks")
    for told in (parked, listed):
        document = fold([*facts[:-1], told, facts[-1]]).documents[NAME]
        assert (document.park, document.unplaced) == (None, None)


def test_an_attempt_after_a_lost_answer_stays_known_as_unknown():
    lane = fold(story()[:4])

    assert lane.in_flight.unknown
    assert lane.in_flight.attempts == 2


@drawn(st.permutations(range(1, 6)))
def test_revisions_in_any_order_leave_the_highest(order):
    names = {number: replace(ADVERTISER, name=f"name {number}") for number in range(1, 6)}
    lane = fold([Seen(document=NAME, change=change(n, names[n])) for n in order])

    assert lane.documents[NAME].mediaos.record.name == "name 5"


def test_held_events_keep_their_order_and_are_taken_from_the_front():
    first, second = change(1), change(2)
    lane = fold(
        [Held(change=first, why="w"), Held(change=second, why="w"), Held(change=first, why="w")]
    )
    assert [held.event for held in lane.lane.held] == [first.event, second.event]

    lane = fold([Taken(event=second.event), Taken(event=first.event)], lane)
    assert [held.event for held in lane.lane.held] == [second.event]


def test_parking_closes_the_open_decision_of_that_document_only():
    parked = Parked(document=NAME, event="e", park=PARK, at=AT)

    assert fold([*story()[:2], parked]).in_flight is None
    other = Seen(document="mediaos/customer/43", change=change(record_id="43"))
    lane = fold([*story()[:2], other, replace(parked, document=other.document)])
    assert lane.documents[other.document].park == PARK
    assert lane.in_flight is not None


def test_a_document_that_is_decided_anew_waits_no_more_and_is_listed_no_more():
    seen, decided = story()[:2]
    for told in (
        Parked(document=NAME, event="e", park=PARK, at=AT),
        OnOneSide(document=NAME, reason="born in QuickBooks"),
    ):
        document = fold([seen, told, decided]).documents[NAME]
        assert (document.park, document.unplaced) == (None, None)


def test_a_lane_that_handed_over_keeps_only_its_home():
    lane = fold([*story(), HomeChanged(home="t1/mediaos/7", event="e")])

    assert lane.lane == Lane(key=KEY, home="t1/mediaos/7")
    assert (lane.documents, lane.waiting) == ({}, Waiting())


def test_a_wait_ends():
    lane = fold([LaneWaited(reason=WaitReason.TIME, why="budget", until=AT)])
    assert lane.lane.waits.why == "budget"
    assert fold([LaneWentOn(why="budget")], lane).lane.waits is None


def test_a_customers_creation_is_a_sign_to_others_until_it_is_answered():
    rows = Rows()
    for fact in story():
        record = JournalRecord(term="t", lane=KEY, at=AT, facts=(fact,))
        rows = rows.fold(*decode_journal(encode(record)).facts)
        creating = rows.state(str(PendingCreatesRow("t1", 3)))
        if isinstance(fact, Decided):
            assert creating == Creating(commands=(fact.command.id,))
        if isinstance(fact, CommandApplied):
            assert creating is None
        if isinstance(fact, Linked):
            assert rows.state("home:t1/qbo/58") == Owner(lane=KEY)
            assert rows.state("where:t1/qbo/customer/58") == Owner(lane=KEY, document=NAME)
            assert rows.state("where:t1/mediaos/customer/42") == Owner(lane=KEY)
