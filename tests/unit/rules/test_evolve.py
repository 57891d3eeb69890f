"""What facts add up to, and that telling one twice adds nothing."""

from datetime import timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from msgspec.structs import replace

from agents.rules.documents.decide import decide
from agents.rules.documents.decision_input import given_for
from agents.rules.documents.outcome import applied
from agents.rules.fold.evolve import evolve_lane
from agents.rules.fold.rows import evolve, routes
from schemas.catalog import decode_journal, encode
from schemas.changes import Change
from schemas.decisions import Send
from schemas.envelope import JournalRecord
from schemas.facts import (
    Attempted,
    CommandApplied,
    Decided,
    Held,
    HomeChanged,
    LaneWaited,
    LaneWentOn,
    Linked,
    Parked,
    Seen,
    Taken,
    Unanswered,
)
from schemas.identity import event_id
from schemas.outcomes import Done
from schemas.state import Creating, Lane, Owner, Park, ParkReason, Tenant, TenantSettings
from schemas.values import Kind, RecordRef, Revision, Side
from tests.unit.rules.records import ADVERTISER, AT, CUSTOMER

KEY = "t1/mediaos/42"
NAME = "mediaos/customer/42"


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
    lane = evolve_lane(Lane(key=KEY), seen)
    asked = given_for("t1", lane, NAME, Tenant(settings=TenantSettings()))
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
    lane = evolve_lane(lane, decided)
    done = Done(id="58", revision=Revision(False, 0), record=CUSTOMER, at=AT)
    ended = applied(lane.in_flight, lane.documents[NAME], done, adopted=False, home=KEY)
    again = Attempted(command=command, number=2, at=AT + timedelta(seconds=9))
    lost = Unanswered(command=command, number=1, detail="timed out")
    return [seen, decided, lost, again, *ended]


def fold(facts, lane=None):
    lane = lane or Lane(key=KEY)
    for fact in facts:
        lane = evolve_lane(lane, fact)
    return lane


def test_a_crossing_links_and_agrees_and_leaves_nothing_open():
    lane = fold(story())

    assert lane.in_flight is None
    document = lane.documents[NAME]
    assert document.agreed.qbo == CUSTOMER
    assert lane.names["qbo/customer/58"] == NAME


@pytest.mark.parametrize("place", range(len(story())))
def test_a_fact_told_twice_changes_nothing(place):
    facts = story()
    once = fold(facts[: place + 1])

    assert fold([facts[place]], once) == once


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
    assert [held.event for held in lane.held] == [first.event, second.event]

    lane = fold([Taken(event=second.event), Taken(event=first.event)], lane)
    assert [held.event for held in lane.held] == [second.event]


def test_parking_closes_the_open_decision_of_that_document_only():
    park = Park(reason=ParkReason.REFUSED, detail="no")
    parked = Parked(document=NAME, event="e", park=park, at=AT)

    assert fold([*story()[:2], parked]).in_flight is None
    other = replace(parked, document="mediaos/invoice/1")
    assert fold([*story()[:2], other]).in_flight is not None


def test_a_lane_that_handed_over_keeps_only_its_home():
    lane = fold([*story(), HomeChanged(home="t1/mediaos/7", event="e")])

    assert lane == Lane(key=KEY, home="t1/mediaos/7")


def test_a_wait_ends():
    lane = fold([LaneWaited(why="budget", until=AT)])
    assert lane.waits.why == "budget"
    assert fold([LaneWentOn(why="budget")], lane).waits is None


def test_a_customers_creation_is_a_sign_to_others_until_it_is_answered():
    rows = {}
    for fact in story():
        record = JournalRecord(term="t", lane=KEY, at=AT, facts=(fact,))
        for row, told in routes(3, decode_journal(encode(record))):
            rows[row] = evolve(row, rows.get(row), told)
        if isinstance(fact, Decided):
            assert rows["creating:t1:3"] == Creating(commands=(fact.command.id,))
        if isinstance(fact, CommandApplied):
            assert rows["creating:t1:3"] is None
        if isinstance(fact, Linked):
            assert rows["home:t1/qbo/58"] == Owner(lane=KEY)
            assert rows["where:t1/qbo/customer/58"] == Owner(lane=KEY)
