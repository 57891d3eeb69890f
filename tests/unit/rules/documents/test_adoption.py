"""Whether a record that was found is the one that our create made."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from agents.rules.documents.adoption import belongs_elsewhere, is_ours, taken
from schemas.commands import Create
from schemas.products import Product
from schemas.state import ParkReason
from schemas.values import Kind, RecordRef, Side
from tests.unit.rules.records import CUSTOMER, PAYMENT, QBO_INVOICE

QBO_PAYMENT = replace(PAYMENT, customer="58", marker="MediaOS t1 payment 9")


CUSTOMER_58 = RecordRef(Side.QBO, Kind.CUSTOMER, "58")


def create(record) -> Create:
    return Create(
        id="c1",
        request_id="r1",
        side=Side.QBO,
        kind=Kind.INVOICE,
        about=RecordRef(Side.MEDIAOS, Kind.INVOICE, "136"),
        record=record,
        fields=(),
    )


@pytest.mark.parametrize("record", [CUSTOMER, QBO_INVOICE, QBO_PAYMENT])
def test_the_same_record_is_ours(record):
    assert is_ours(create(record), record)
    assert is_ours(create(CUSTOMER), replace(CUSTOMER, name="HARBOUR BOOKS"))


@pytest.mark.parametrize(
    ("asked", "changes"),
    [
        (CUSTOMER, {"name": "Another"}),
        (CUSTOMER, {"marker": "MediaOS t1 customer 43"}),
        (CUSTOMER, {"marker": None}),
        (QBO_INVOICE, {"customer": "59"}),
        (QBO_INVOICE, {"total": Decimal("1861.07")}),
        (QBO_INVOICE, {"marker": None}),
        (QBO_PAYMENT, {"customer": "59"}),
        (QBO_PAYMENT, {"amount": Decimal("99.99")}),
        (QBO_PAYMENT, {"marker": None}),
    ],
)
def test_one_difference_in_what_proves_it_is_enough(asked, changes):
    assert not is_ours(create(asked), replace(asked, **changes))


def test_another_kind_or_nothing_is_not_ours():
    assert not is_ours(create(CUSTOMER), QBO_INVOICE)
    assert not is_ours(create(QBO_INVOICE), None)


@pytest.mark.parametrize(
    ("record", "reason", "named"),
    [
        (CUSTOMER, ParkReason.NAME_TAKEN, "Harbour Books"),
        (QBO_INVOICE, ParkReason.NUMBER_TAKEN, "MediaOS-136"),
    ],
)
def test_what_is_taken_is_named(record, reason, named):
    park = taken(create(record), "")

    assert park.reason is reason
    assert named in park.detail


def test_an_advertiser_that_has_the_name_is_linked_with_the_customer_by_a_person():
    born = replace(
        create(CUSTOMER), side=Side.MEDIAOS, kind=Kind.CUSTOMER, about=CUSTOMER_58, fields=("name",)
    )
    park = taken(born, "")

    assert (park.reason, park.waits_for) == (ParkReason.NAME_TAKEN, ())
    assert "MediaOS has an advertiser named 'Harbour Books' already" in park.detail
    assert "`isthmus link customer ID 58`" in park.detail


def test_a_taken_number_is_waited_for_until_another_prefix_and_a_taken_name_by_a_person():
    assert taken(create(QBO_INVOICE), "").waits_for == ("number:136:MediaOS-136",)
    assert taken(create(replace(QBO_INVOICE, number=None)), "").waits_for == ()
    assert taken(create(CUSTOMER), "").waits_for == ()


def test_an_answer_for_another_customer_belongs_elsewhere():
    for record in (QBO_INVOICE, QBO_PAYMENT):
        assert belongs_elsewhere(create(record), replace(record, customer="59"))
        assert not belongs_elsewhere(create(record), record)
    assert not belongs_elsewhere(create(CUSTOMER), QBO_INVOICE)
    assert not belongs_elsewhere(create(QBO_INVOICE), CUSTOMER)
    assert not belongs_elsewhere(create(QBO_INVOICE), Product(name="Print"))
