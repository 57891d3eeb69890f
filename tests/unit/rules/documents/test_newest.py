"""Which document of an invoice counts that stands under several customers, or as two things."""

from msgspec.structs import replace

from agents.rules.documents.newest import Rival, may_have_crossed, outdone, told_of
from schemas.decisions import OnlyOnOneSide
from schemas.state import Document, InFlight, Park, ParkReason
from schemas.values import Kind, RecordRef, Side
from tests.testing.commands import write
from tests.unit.rules.records import AT, CREDIT_MEMO, INVOICE, linked_invoice, shown

HERE, THERE = "t1/mediaos/42", "t1/mediaos/43"
AS_INVOICE, AS_CREDIT = "mediaos/invoice/136", "mediaos/credit-memo/invoice-136"
UNMAPPED = Park(reason=ParkReason.UNMAPPED_PRODUCT, detail="map it", waits_for=("product:7",))


def document(revision: int, **fields) -> Document:
    waits = {"park": UNMAPPED, **fields}
    return Document(kind=Kind.INVOICE, mediaos=shown(INVOICE, "136", revision), **waits)


def rival(revision: int, lane: str = THERE, name: str = AS_CREDIT, **fields) -> Rival:
    seen = shown(CREDIT_MEMO, "invoice-136", revision)
    one = Document(kind=Kind.CREDIT_MEMO, mediaos=seen, **{"park": UNMAPPED, **fields})
    return Rival(lane, name, one)


def sent(**fields) -> InFlight:
    command = write(
        id="e#1/0",
        request_id="r",
        side=Side.QBO,
        kind=Kind.CREDIT_MEMO,
        about=RecordRef(Side.MEDIAOS, Kind.CREDIT_MEMO, "invoice-136"),
        target=None,
        record=CREDIT_MEMO,
        fields=(),
    )
    return InFlight(
        decision="e#1", document=AS_CREDIT, command=command, first_attempt=AT, last_attempt=AT
    )


def test_the_newest_of_several_speaks_and_the_others_are_given_up():
    newest = rival(4, "t1/mediaos/44")
    answer = outdone(HERE, AS_INVOICE, document(2), (rival(3), newest, rival(1, "t1/mediaos/45")))

    told = "it changed its customer, and customer 44 of MediaOS speaks for it"
    assert answer == OnlyOnOneSide(reason=told)
    assert outdone(HERE, AS_INVOICE, document(5), (rival(3), newest)) is None


def test_one_that_turned_its_sign_where_it_is_says_what_it_is_now():
    answer = outdone(HERE, AS_INVOICE, document(2), (rival(3, HERE),))

    assert answer == OnlyOnOneSide(reason="MediaOS has turned its sign: it is a credit memo now")


def test_what_may_be_in_quickbooks_is_waited_for_and_never_given_up():
    for may_be in ({"in_flight": sent(), "park": None}, {"doubtful": True}):
        answer = outdone(HERE, AS_INVOICE, document(2), (rival(1, **may_be),))
        assert isinstance(answer, Park)
        assert answer.reason is ParkReason.CUSTOMER_CHANGED
        assert answer.waits_for == (f"right:{AS_CREDIT}",)
    assert outdone(HERE, AS_INVOICE, document(2, doubtful=True), (rival(3),)) is None
    assert outdone(HERE, AS_INVOICE, linked_invoice(), (rival(9),)) is None


def test_under_one_name_it_goes_by_one_request_id_and_waits_for_nobody():
    same = rival(1, name=AS_INVOICE, in_flight=sent(), park=None)

    assert outdone(HERE, AS_INVOICE, document(2), (same,)) is None


def test_only_what_waits_of_an_older_revision_is_judged_again():
    older, given_up = rival(1), rival(1, park=None, unplaced="it moved")

    assert told_of(document(2), (older, given_up, rival(3))) == (older,)
    assert told_of(document(2, park=None, unplaced="it moved"), (older,)) == ()


def test_what_waits_can_still_be_either_and_what_was_sent_cannot():
    assert not may_have_crossed(document(2))
    for fields in ({"doubtful": True}, {"generation": 1}, {"in_flight": sent()}):
        assert may_have_crossed(replace(document(2), **fields))
    assert may_have_crossed(linked_invoice())
