"""May two records be linked as a person says?  What is asked of QuickBooks, and what is agreed."""

import pytest
from msgspec.structs import replace

from agents.rules.documents.decide import decide
from schemas.decision_input import DecisionInput
from schemas.decisions import Join, Send, Sever
from schemas.records import Customer
from schemas.state import Agreed, Document, Park, ParkReason, Snapshot
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, Revision
from tests.testing.simulated.clock import START

OURS = "MediaOS t1 customer 42"
HERE = Customer(name="Harbour Books", email="ann@harbour.com")
THERE = Customer(name="HARBOUR BOOKS", phone="555-0100", note="Pays late.")


def shown(record_id, record, number=3):
    return Snapshot(id=record_id, revision=Revision(False, number), record=record, at=START)


def asked(there=THERE, **more):
    document = Document(
        kind=Kind.CUSTOMER,
        mediaos=shown("42", HERE),
        qbo=shown("500", there),
        event="e",
        link_to="500",
    )
    return DecisionInput(tenant="t1", document=document, **more)


def linked(there):
    agreed = Agreed(mediaos=HERE, qbo=there)
    document = replace(asked(there).document, link_to="", unlinks=True, agreed=agreed)
    return DecisionInput(tenant="t1", document=document)


def test_our_marker_alone_is_written_below_what_a_person_wrote():
    answer = decide(asked(), "e#1")
    assert isinstance(answer, Send)
    command = answer.command
    assert (command.target, command.based_on.number, command.fields) == ("500", 3, ("marker",))
    assert command.record == replace(THERE, marker=OURS)


def test_once_it_bears_the_marker_both_are_joined_with_nothing_agreed_but_a_names_letters():
    answer = decide(asked(replace(THERE, marker=OURS)), "e#1")
    assert answer == Join(mediaos=Customer(name=""), qbo=Customer(name="HARBOUR BOOKS"))
    other = replace(THERE, name="Tide Press", marker=OURS)
    assert decide(asked(other), "e#1") == Join(mediaos=Customer(name=""), qbo=Customer(name=""))


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (None, "QuickBooks has no customer 500"),
        (replace(THERE, active=False), "is inactive"),
        (replace(THERE, marker="MediaOS t1 customer 43"), "'MediaOS t1 customer 43'"),
        (replace(THERE, note="x" * 1002), "leave no room"),
    ],
)
def test_what_stands_in_the_way_parks_by_name(there, told):
    answer = decide(asked(there), "e#1")
    assert isinstance(answer, Park)
    assert answer.reason is ParkReason.NOT_LINKED
    assert told in answer.detail


def test_a_note_that_just_leaves_room_is_no_obstacle():
    there = replace(THERE, note="x" * (1024 - 1 - len(OURS)))
    assert isinstance(decide(asked(there), "e#1"), Send)


def test_a_tenant_that_observes_writes_no_marker():
    answer = decide(asked(settings=TenantSettings(observe=True)), "e#1")
    assert isinstance(answer, Park)
    assert "go live" in answer.detail


def test_unlinking_takes_the_marker_off_before_the_link_goes():
    answer = decide(linked(replace(THERE, marker=OURS)), "e#1")
    assert isinstance(answer, Send)
    assert answer.command.record == THERE
    assert isinstance(decide(linked(THERE), "e#2"), Sever)
    assert isinstance(decide(linked(replace(THERE, marker="MediaOS t1 customer 43")), "e#2"), Sever)
    assert isinstance(decide(linked(None), "e#2"), Sever)
