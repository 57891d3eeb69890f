"""Does a preview say what other settings would touch, and which numbers would not do?"""

from msgspec.structs import replace

from agents.rules.documents.lane_book import LaneBook
from agents.rules.documents.preview import SOMEBODY, preview
from schemas.held_events import HeldEvents
from schemas.state import Agreed, Document, Lane, Park, ParkReason, Snapshot
from schemas.tenant_state import TenantSettings
from schemas.values import Kind, Revision, Side
from tests.testing.simulated.clock import START
from tests.unit.cli.journal_words import BY_HAND, UNMAPPED, change
from tests.unit.rules.records import INVOICE, QBO_INVOICE

PLAIN = TenantSettings()
PREFIXED = TenantSettings(number_prefix="MediaOS-")


def shown(record_id, record=INVOICE):
    return Snapshot(id=record_id, revision=Revision(False, 1), record=record, at=START)


def waiting(record_id="136", park=UNMAPPED):
    return Document(kind=Kind.INVOICE, mediaos=shown(record_id), park=park)


def linked(record_id="136", number="136", park=None):
    there = replace(QBO_INVOICE, number=number)
    return Document(
        kind=Kind.INVOICE,
        mediaos=shown(record_id),
        qbo=shown("266", there),
        agreed=Agreed(mediaos=INVOICE, qbo=there),
        park=park,
    )


def lane(key="t1/mediaos/42", held=(), **documents):
    named = {f"mediaos/invoice/{which.strip('_')}": each for which, each in documents.items()}
    return LaneBook(Lane(key=key, held=HeldEvents.of(*held)), named)


def told(touched):
    return [(each.record, each.why, each.before, each.after) for each in touched]


def test_only_what_is_not_across_would_be_numbered_otherwise():
    found = preview([lane(_136=waiting(), _7=linked("7", "7"))], PLAIN, PREFIXED)

    assert told(found.touched) == [
        ("mediaos/invoice/136", "unmapped-product", "136", "MediaOS-136")
    ]
    assert (found.linked, found.too_long, found.colliding) == (1, (), ())


def test_settings_that_are_so_already_touch_nothing():
    assert preview([lane(_136=waiting())], PREFIXED, PREFIXED).touched == ()


def test_where_numbers_are_no_longer_assigned_quickbooks_chooses():
    [found] = preview(
        [lane(_136=waiting())], PLAIN, TenantSettings(assign_invoice_id=False)
    ).touched
    assert (found.before, found.after) == ("136", None)


def test_an_invoice_that_is_queued_behind_others_is_counted_once():
    queued = change(record_id="137")
    found = preview([lane(held=(queued, queued))], PLAIN, PREFIXED)
    assert told(found.touched) == [("mediaos/invoice/137", "queued", "137", "MediaOS-137")]


def test_one_that_was_deleted_while_queued_is_not_counted():
    gone = change(None, record_id="137", revision=2)
    assert preview([lane(held=(change(record_id="137"), gone))], PLAIN, PREFIXED).touched == ()


def test_a_number_that_is_longer_than_quickbooks_holds_is_told():
    fits, long = TenantSettings(number_prefix="P" * 18), TenantSettings(number_prefix="P" * 19)

    assert preview([lane(_136=waiting())], PLAIN, fits).too_long == ()
    [unfit] = preview([lane(_136=waiting())], PLAIN, long).too_long
    assert unfit.number == "P" * 19 + "136"
    assert "22 characters" in unfit.why


def test_a_number_given_under_another_prefix_collides():
    lanes = [lane(_36=waiting("36")), lane("t1/mediaos/43", _136=linked())]

    [unfit] = preview(lanes, PLAIN, TenantSettings(number_prefix="1")).colliding

    assert (unfit.record, unfit.number) == ("mediaos/invoice/36", "136")
    assert unfit.why == "mediaos/invoice/136 has it"


def test_a_number_that_quickbooks_has_refused_already_collides_until_it_changes():
    taken = Park(
        reason=ParkReason.NUMBER_TAKEN, detail="taken", waits_for=("number:136:MediaOS-136",)
    )
    lanes = [lane(_136=waiting(park=taken))]

    [unfit] = preview(lanes, PREFIXED, PREFIXED).colliding
    assert unfit.why == f"{SOMEBODY} has it"
    assert preview(lanes, PREFIXED, TenantSettings(number_prefix="00-")).colliding == ()


def test_two_way_sync_switched_on_again_moves_what_waits_for_a_push():
    off = TenantSettings(manual_push=True)
    lanes = [lane(_136=waiting(park=BY_HAND), _7=linked("7", "7", park=BY_HAND), _8=waiting("8"))]

    assert [each.record for each in preview(lanes, off, PLAIN).touched] == [
        "mediaos/invoice/136",
        "mediaos/invoice/7",
    ]


def test_two_way_sync_switched_off_holds_what_waits_for_something_else():
    off = TenantSettings(manual_push=True)
    [found] = preview([lane(_136=waiting(), _7=linked("7", "7"))], PLAIN, off).touched
    assert (found.record, found.before, found.after) == ("mediaos/invoice/136", "136", "136")


def test_an_invoice_born_in_quickbooks_is_not_numbered_by_us():
    there = Document(kind=Kind.INVOICE, qbo=shown("9", QBO_INVOICE))
    lanes = [LaneBook(Lane(key="t1/qbo/5"), {f"{Side.QBO}/invoice/9": there})]
    assert preview(lanes, PLAIN, PREFIXED).touched == ()


def test_the_number_of_what_stands_voided_is_counted_on():
    again = replace(waiting(), voided=1)

    [found] = preview([lane(_136=again)], PLAIN, PREFIXED).touched
    assert (found.before, found.after) == ("136-2", "MediaOS-136-2")
    long = TenantSettings(number_prefix="Harbour-Weekly-00-")
    [unfit] = preview([lane(_136=again)], PLAIN, long).too_long
    assert unfit.number == "Harbour-Weekly-00-136-2"
