from msgspec.structs import replace

from agents.audit.compare import compare
from agents.audit.findings import What
from agents.audit.journal import Terms
from schemas.command_facts import Refused
from schemas.envelope import JournalRecord
from schemas.facts import Parked, Released
from schemas.outcomes import Fault, Verdict
from schemas.state import Park, ParkReason
from schemas.values import Kind, RecordRef, Side
from tests.unit.audit.story import AT, Story, at_revision

INVOICE = RecordRef(Side.MEDIAOS, Kind.INVOICE, "136")


def backwards(story):
    return [(each.what, each.where) for each in story.journal.history().backwards]


def newer(story, number):
    return at_revision(number, story.mediaos.invoices["136"].shape)


def test_an_older_revision_seen_after_a_newer_one_is_out_of_order():
    story = Story()
    story.journal.saw(Side.MEDIAOS, Kind.INVOICE, "136", newer(story, 5))
    assert backwards(story) == []
    story.journal.saw(Side.MEDIAOS, Kind.INVOICE, "136", newer(story, 4))
    assert backwards(story) == [(What.ORDER, str(INVOICE))]


def test_a_revision_told_twice_is_in_order():
    story = Story()
    for _ in range(2):
        story.journal.saw(Side.MEDIAOS, Kind.INVOICE, "136", newer(story, 5))
    assert backwards(story) == []


def test_an_older_revision_written_over_a_newer_one_is_out_of_order():
    story = Story()
    story.journal.saw(Side.MEDIAOS, Kind.INVOICE, "136", newer(story, 5))
    story.journal.decided(Kind.INVOICE, "136", newer(story, 4), to=Side.QBO, target="266")
    assert backwards(story) == [(What.ORDER, str(INVOICE))]


def test_a_second_decision_before_the_first_has_ended_is_out_of_order():
    story = Story()
    for number in (2, 3):
        entry = story.mediaos.invoices["136"]
        story.journal.decided(Kind.INVOICE, "136", entry, to=Side.QBO, target="266", number=number)
    assert backwards(story) == [(What.ORDER, str(INVOICE))]


def test_a_refusal_and_a_park_end_a_decision():
    story = Story()
    entry = story.mediaos.invoices["136"]
    command = story.journal.decided(Kind.INVOICE, "136", entry, to=Side.QBO, target="266", number=2)
    fault = Fault(side=Side.QBO, status=400, code="6000")
    story.journal.say(Refused(command=command.id, fault=fault, verdict=Verdict.PARK))
    assert [lane.in_flight for lane in story.journal.history().lanes.values()] == [None]
    story.journal.decided(Kind.INVOICE, "136", entry, to=Side.QBO, target="266", number=3)
    park = Park(reason=ParkReason.REFUSED, detail="no")
    story.journal.say(Parked(document=str(INVOICE), event="e", park=park, at=AT))
    history = story.journal.history()
    assert [lane.in_flight for lane in history.lanes.values()] == [None]
    assert history.waiting()[RecordRef(Side.QBO, Kind.INVOICE, "266")].reason == "refused"


def test_a_release_ends_a_park():
    story = Story()
    park = Park(reason=ParkReason.CONFLICT, detail="both changed memo")
    story.journal.say(Parked(document=str(INVOICE), event="e", park=park, at=AT))
    story.journal.say(Released(document=str(INVOICE), why="made equal"))
    assert story.journal.history().waiting() == {}


def test_one_that_waits_in_the_lanes_of_both_its_customers_waits_once_as_who_saw_it_last_says():
    story = Story()
    here = str(RecordRef(Side.MEDIAOS, Kind.INVOICE, "140"))
    for lane, number in (("t1/mediaos/43", 2), ("t1/mediaos/42", 1)):
        entry = newer(story, number)
        story.journal.saw(Side.MEDIAOS, Kind.INVOICE, "140", entry, lane=lane)
        park = Park(reason=ParkReason.UNMAPPED_PRODUCT, detail=lane)
        parked = Parked(document=here, event="e", park=park, at=AT)
        story.journal.say(parked, lane=lane)
    history = story.journal.history()
    assert [each.detail for each in history.documents_waiting()] == ["t1/mediaos/43"]
    assert [each.detail for each in history.waiting().values()] == ["t1/mediaos/43"]


def test_a_record_of_a_term_that_is_over_never_happened():
    story = Story()
    story.journal.records.append(JournalRecord(term="term-2", claim="term-2", lane="", at=AT))
    story.journal.saw(Side.MEDIAOS, Kind.INVOICE, "136", newer(story, 9))
    assert story.journal.history().newest()[INVOICE].revision.number == 2


def test_terms_are_counted_by_partition():
    terms = Terms()
    claim = JournalRecord(term="a", claim="a", lane="", at=AT)
    assert terms.count(0, claim)
    assert terms.count(0, JournalRecord(term="a", lane="t1", at=AT))
    assert not terms.count(1, JournalRecord(term="a", lane="t1", at=AT))
    assert terms.count(0, replace(claim, term="b", claim="b"))
    assert not terms.count(0, JournalRecord(term="a", lane="t1", at=AT))


def test_another_tenants_records_change_nothing():
    story = Story()
    history = story.journal.history(tenant="t2")
    assert history.lanes == {}
    report = compare(mediaos=story.mediaos, qbo=story.qbo, history=history)
    assert {each.what for each in report.findings} >= {What.MISSING_IN_QBO}
