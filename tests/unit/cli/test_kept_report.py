"""What of a reconciliation is kept in the journal: what differs first, and no more than fits."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from agents.audit.reconciliation import Difference, Reconciliation, Why
from agents.audit.standing import Figures, Row
from agents.cli.kept_report import LONGEST, MOST_BYTES, fitting, report_of
from schemas.catalog import decode_request, encode
from schemas.kept_requests import KeepReconciliation

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def owes(amount):
    return Figures(invoices=Decimal(amount), receivable=Decimal(amount))


def customer(name, mediaos, qbo):
    ids = (f"mediaos/customer/{name}",)
    return Row(customer=f"Customer {name}", ids=ids, mediaos=owes(mediaos), qbo=owes(qbo))


def difference(place, **changed):
    found = Difference(
        document=f"mediaos/invoice/{place}", amount=Decimal(5), why=Why.UNKNOWN, detail="x" * 200
    )
    return replace(found, **changed)


def found(rows=(), differences=()):
    return Reconciliation(tenant="t1", home="USD", rows=rows, differences=differences)


def test_all_of_a_small_one_is_kept():
    whole = report_of(found((customer("1", 5, 5),), (difference(1),)))

    kept = fitting(whole)

    assert kept == whole
    assert kept.customers == 1
    assert [each.waits for each in kept.differences] == [False]


def test_what_waits_is_told_from_what_nobody_knows_why():
    kept = report_of(found(differences=(difference(1), difference(2, why=Why.PARKED))))

    assert [(each.why, each.waits) for each in kept.differences] == [
        ("for no reason that is known", False),
        ("parked", True),
    ]


def test_of_many_customers_those_who_differ_and_who_owe_most_are_kept():
    alike = tuple(customer(str(each), each, each) for each in range(5_000))
    differs = customer("differs", 1, 2)

    kept = fitting(report_of(found((*alike, differs))))

    assert kept.rows[0].customer == "Customer differs"
    assert kept.rows[1].mediaos.receivable == 4_999
    assert kept.more_rows == 5_001 - len(kept.rows) > 0
    assert kept.customers == 5_001


def test_one_of_very_many_is_a_request_that_a_worker_takes():
    rows = tuple(customer(str(each), each, 2 * each) for each in range(5_000))
    differences = tuple(difference(each, detail="\u00e4" * 9_999) for each in range(5_000))
    kept = fitting(report_of(found(rows, differences)))
    request = KeepReconciliation(
        id="k1", tenant="t1", at=START, differs=5, waits=1, report=kept, by="ada"
    )

    asked = encode(request)

    assert decode_request(asked) == request
    assert len(asked) < MOST_BYTES + 2_000
    assert kept.more_differences == 5_000 - len(kept.differences)
    assert len(kept.differences[0].detail) == LONGEST + 3
