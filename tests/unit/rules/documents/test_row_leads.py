"""Which rows are read with a row, for who works on it?"""

from datetime import date
from decimal import Decimal

from agents.rules.documents.row_leads import leads_to
from schemas.records import Allocation, Payment
from schemas.rows import DocumentRow, LaneRow, RecordOwnerRow
from schemas.state import Agreed, Document, Lane, Owner
from schemas.values import Kind, RecordRef, Side
from tests.unit.rules.records import shown

LANE, OTHER = "t1/mediaos/42", "t1/mediaos/7"


def paid(customer, invoice):
    return Payment(
        customer=customer,
        amount=Decimal(100),
        received=date(2026, 3, 9),
        applied=(Allocation(invoice=invoice, amount=Decimal(100)),),
    )


def test_a_document_leads_to_its_records_and_to_what_they_name_on_either_side():
    mediaos, qbo = paid("42", "136"), paid("58", "266")
    document = Document(
        kind=Kind.PAYMENT,
        mediaos=shown(mediaos, "77"),
        qbo=shown(qbo, "901"),
        agreed=Agreed(mediaos=mediaos, qbo=qbo),
    )

    found = set(leads_to(str(DocumentRow(LANE, "mediaos/payment/77")), document))

    named = {
        "mediaos/payment/77",
        "qbo/payment/901",
        "mediaos/customer/42",
        "qbo/customer/58",
        "mediaos/invoice/136",
        "qbo/invoice/266",
    }
    owners = {str(RecordOwnerRow("t1", name)) for name in named}
    assert found == owners | {str(DocumentRow(LANE, name)) for name in named}


def test_whose_a_record_is_leads_to_its_document_in_whichever_lane():
    record = str(RecordRef(Side.QBO, Kind.PAYMENT, "901"))
    row = str(RecordOwnerRow("t1", record))

    founded_by_it, by_the_other = Owner(lane=OTHER), Owner(lane=OTHER, document="mediaos/payment/7")

    assert list(leads_to(row, founded_by_it)) == [str(DocumentRow(OTHER, record))]
    assert list(leads_to(row, by_the_other)) == [str(DocumentRow(OTHER, "mediaos/payment/7"))]


def test_what_does_not_exist_and_a_lane_lead_nowhere():
    assert list(leads_to(str(DocumentRow(LANE, "mediaos/payment/77")), None)) == []
    assert list(leads_to(str(LaneRow(LANE)), Lane(key=LANE))) == []
