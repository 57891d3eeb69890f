"""What journals of earlier releases say is read as it was meant."""

import pytest
from msgspec.structs import replace

from schemas.catalog import decode_journal
from schemas.command_facts import Attempted, CommandApplied, Refused, Unanswered
from schemas.facts import Linked, Parked, Regenerated, Seen
from schemas.lane_conditions import RecordLinked
from schemas.lane_facts import HomeChanged, LaneWaited
from schemas.rows import DocumentRow, RecordOwnerRow, SeenRow, WaitingRow
from schemas.state import Document, Owner, Park, ParkReason, WaitReason
from schemas.values import Kind, RecordRef, Side
from tests.testing.lanes import KEY, Rows
from tests.unit.rules.documents.test_readiness import names_ready
from tests.unit.rules.fold.test_evolve import story
from tests.unit.rules.fold.test_evolve_doubt import NAME, answered, decided, refused, seen
from tests.unit.rules.records import AT, QBO_INVOICE, linked_invoice, shown

COMMANDS = (Attempted, Unanswered, CommandApplied, Refused)


#: What earlier releases did not say, by kind of fact.
UNSAID = {
    Seen: {"order": 0},
    Parked: {"order": 0},
    Linked: {"twin": None},
    Regenerated: {"gone": ()},
    HomeChanged: {"documents": ()},
    **{each: {"document": ""} for each in COMMANDS},
}


def before(fact):
    """Return a fact as an earlier release told it."""
    return replace(fact, **UNSAID.get(type(fact), {}))


def test_a_crossing_adds_up_to_the_same_rows():
    facts = [replace(fact, document="") if isinstance(fact, COMMANDS) else fact for fact in story()]
    today = [
        replace(fact, document="mediaos/customer/42") if isinstance(fact, COMMANDS) else fact
        for fact in story()
    ]
    assert Rows().fold(*map(before, facts)) == Rows().fold(*today)


@pytest.mark.parametrize("end", [refused(), answered(0)], ids=lambda fact: type(fact).__name__)
def test_the_end_of_a_command_is_that_of_the_lanes_open_decision(end):
    new = Document(kind=Kind.INVOICE, mediaos=linked_invoice().mediaos, event="e", order=1)
    lane = Rows.of(**{NAME: new, "mediaos/invoice/137": new}).fold(decided())

    after = lane.fold(before(end))

    assert after == lane.fold(replace(end, document=NAME))
    assert (after.in_flight, after.lane.in_flight) == (None, None)


def test_a_document_is_founded_and_parked_in_its_place():
    park = Park(reason=ParkReason.REFUSED, detail="no")
    parked = Parked(document=NAME, event="e", park=park, at=AT, order=1)
    facts = (replace(seen(Side.MEDIAOS, "136", 1), order=1), parked)

    assert Rows().fold(*map(before, facts)) == Rows().fold(*facts)


def test_a_twin_is_found_in_its_row():
    alone = Document(kind=Kind.INVOICE, qbo=shown(replace(QBO_INVOICE, memo="twin"), "266", 7))
    lane = Rows.of(**{NAME: linked_invoice(), "qbo/invoice/266": alone})
    linked = Linked(
        kind=Kind.INVOICE, document=NAME, mediaos="136", qbo="266", home=KEY, twin=alone.qbo
    )

    assert lane.fold(before(linked)) == lane.fold(linked)
    assert lane.fold(before(linked)).documents[NAME].qbo == alone.qbo


def test_what_is_gone_of_a_document_is_what_was_deleted():
    lane = Rows.of(**{NAME: replace(linked_invoice(), qbo=shown(None, "266", 5))})
    gone = (RecordRef(Side.QBO, Kind.INVOICE, "266"),)
    anew = Regenerated(document=NAME, generation=1, gone=gone)

    assert lane.fold(before(anew)) == lane.fold(anew)


def test_a_lane_that_handed_over_gave_up_all_its_documents():
    lane = Rows().fold(seen(Side.MEDIAOS, "136", 1), seen_alone("266"))
    handed = HomeChanged(home="t1/mediaos/7", event="e", documents=(NAME, "qbo/invoice/266"))

    assert lane.fold(before(handed)) == lane.fold(handed)
    assert set(lane.fold(handed).rows) == {f"lane:{KEY}"}


def seen_alone(record_id):
    return replace(seen(Side.QBO, record_id, 1), document=f"qbo/invoice/{record_id}")


def test_a_lane_gives_its_documents_up_in_parts():
    lane = Rows().fold(seen(Side.MEDIAOS, "136", 1), seen_alone("266"))
    part = HomeChanged(home="t1/mediaos/7", event="e", documents=(NAME,), more=True)

    assert (list(lane.fold(part).documents), lane.fold(part).lane.home) == (
        ["qbo/invoice/266"],
        None,
    )


@pytest.mark.parametrize(
    ("why", "lockout", "reason"),
    [
        ("a customer of this tenant is being created", "", WaitReason.CREATING),
        ("its tenant is suspended", "", WaitReason.SUSPENDED),
        ("locked: care", "l1", WaitReason.LOCKED),
        ("budget", "", WaitReason.TIME),
    ],
)
def test_why_a_lane_waits_was_said_in_words(why, lockout, reason):
    waited = LaneWaited(why=why, until=None, lockout=lockout)

    assert Rows().fold(waited).lane.waits.reason is reason


def test_that_nothing_was_sent_is_said_of_the_open_decision():
    new = Document(kind=Kind.INVOICE, mediaos=linked_invoice().mediaos, event="e", order=1)
    lane = Rows.of(**{NAME: new}).fold(decided())

    assert lane.fold(LaneWaited(why="budget", until=AT, unsent=True)).in_flight.unsent


def test_a_record_of_the_journal_is_read_that_names_none_of_what_is_named_today():
    facts = (
        b'{"type":"attempted","command":"c","number":2,"at":"2026-03-02T09:00:00Z"},'
        b'{"type":"lane-waited","why":"budget","until":null}'
    )
    value = b'{"term":"t","lane":"t1/mediaos/42","at":"2026-03-02T09:00:00Z","facts":[%s]}' % facts
    attempted, waited = decode_journal(value).facts

    assert (attempted.document, waited.reason) == ("", None)


def test_what_quickbooks_showed_is_noted_until_it_is_linked():
    row, document = SeenRow("t1", "qbo/invoice/266", 3), "qbo/invoice/266"
    lane = Rows().fold(seen(Side.MEDIAOS, "136", 1), seen_alone("266"))
    assert lane.state(str(row)) == Owner(lane=KEY, document=document)
    assert lane.state(str(SeenRow("t1", NAME, 3))) is None

    linked = Linked(kind=Kind.INVOICE, document=NAME, mediaos="136", qbo="266", home=KEY)
    assert lane.fold(linked).state(str(row)) is None
    assert lane.fold(linked).state(str(RecordOwnerRow("t1", document))) == Owner(
        lane=KEY, document=NAME
    )
    assert lane.fold(linked).state(str(DocumentRow(KEY, document))) is None


def test_what_waited_in_an_earlier_journal_is_found_by_its_condition():
    condition = str(RecordLinked(RecordRef(Side.MEDIAOS, Kind.INVOICE, "136")))
    park = Park(reason=ParkReason.INVOICE_UNKNOWN, detail="d", waits_for=(condition,))
    facts = (
        seen(Side.MEDIAOS, "136", 1),
        Parked(document=NAME, event="e", park=park, at=AT),
        Linked(kind=Kind.INVOICE, document="x", mediaos="136", qbo="266", home=KEY),
    )
    lane = Rows().fold(*facts[:2])
    assert names_ready(lane) == []
    assert lane.state(str(WaitingRow(KEY))).parked[NAME].order == 1
