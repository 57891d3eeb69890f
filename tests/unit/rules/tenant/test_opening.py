"""Does each customer owe the same on both sides, but for what is still to cross?"""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from agents.rules.documents.observing import answer
from agents.rules.tenant.opening import NAME, Owed, opening, to_come, unread
from schemas.requests import GoLive
from schemas.state import Agreed, Document, Park, ParkReason, Snapshot
from schemas.tenant_state import Tenant
from schemas.values import Kind, Revision
from tests.unit.rules.records import AT, CREDIT_MEMO, INVOICE, PAYMENT, QBO_INVOICE


def owed(customer, mediaos, qbo, **more):
    return Owed(customer=customer, mediaos=Decimal(mediaos), qbo=Decimal(qbo), **more)


def document(kind, record, *, across=False):
    shown = Snapshot(id="1", revision=Revision(record is None, 1), record=record, at=AT)
    agreed = Agreed(mediaos=INVOICE, qbo=QBO_INVOICE) if across else None
    return Document(kind=kind, mediaos=shown, agreed=agreed)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [owed("Harbour Books", 100, 100), owed("Quay Press", 0, 0)],
        # Not linked yet, they are one by their name.
        [owed("Harbour Books", 100, 0), owed("HARBOUR books", 0, 100)],
    ],
)
def test_what_both_say_is_owed_stands_in_nobodys_way(rows):
    assert opening(rows, {}) == ()


def test_whoever_owes_otherwise_is_named_the_most_money_first():
    rows = [owed(f"Customer {n}", n, 0) for n in range(1, 8)]
    [found] = opening([*rows, owed("Quay Press", 5, 5)], {})

    assert (found.name, found.blocking) == (NAME, True)
    assert "differs for 7 customers: Customer 7 7.00 in MediaOS, 0.00 in QuickBooks" in found.what
    assert found.what.endswith("and 2 more")


def test_each_currency_is_compared_by_itself():
    rows = [owed("Harbour Books", 10, 0), owed("Harbour Books", 0, 10, currency="EUR")]
    [found] = opening(rows, {})
    assert "0.00 EUR in MediaOS, 10.00 EUR in QuickBooks" in found.what


def test_what_is_still_to_cross_is_no_part_of_it():
    coming = to_come(
        [
            document(Kind.INVOICE, INVOICE),
            document(Kind.INVOICE, replace(INVOICE, total=Decimal(500)), across=True),
            document(Kind.INVOICE, None),
            document(Kind.PAYMENT, PAYMENT),
            document(Kind.CREDIT_MEMO, replace(CREDIT_MEMO, total=Decimal("61.08"))),
        ]
    )
    assert coming == {("42", ""): Decimal("1700.00")}
    assert opening([owed("Harbour Books", 1750, 50, ids=("42",))], coming) == ()
    [found] = opening([owed("Harbour Books", 1750, 0, ids=("42",))], coming)
    assert "Harbour Books 50.00 in MediaOS, 0.00 in QuickBooks" in found.what


@pytest.mark.parametrize(
    ("here", "there", "mediaos", "qbo"),
    [
        # Its amount was changed in MediaOS, or in QuickBooks, and that is only intended across.
        (replace(INVOICE, total=Decimal(2000)), QBO_INVOICE, "2000", "1861.08"),
        (INVOICE, replace(QBO_INVOICE, total=Decimal(1500)), "1861.08", "1500"),
        # It was taken away there, and would be here.
        (None, QBO_INVOICE, "0", "1861.08"),
        (INVOICE, None, "1861.08", "0"),
    ],
    ids=["changed", "changed-there", "taken-away", "taken-away-there"],
)
def test_what_is_only_intended_of_what_is_across_is_no_part_of_it(here, there, mediaos, qbo):
    across = document(Kind.INVOICE, here, across=True)
    shown = Snapshot(id="2", revision=Revision(there is None, 1), record=there, at=AT)
    would = Park(reason=ParkReason.OBSERVE, detail="would change it", waits_for=("go-live",))
    rows = [owed("Harbour Books", mediaos, qbo, ids=("42",))]

    assert opening(rows, to_come([replace(across, qbo=shown, park=would)])) == ()
    [found] = opening(rows, to_come([replace(across, qbo=shown)]))
    assert found.blocking


def test_what_is_still_to_cross_counts_in_its_own_currency():
    euros = replace(INVOICE, total=Decimal(100), currency="EUR", rate=Decimal("0.8"))
    dollars = replace(INVOICE, total=Decimal(70), currency="USD")
    groats = replace(INVOICE, total=Decimal(5), currency="Groat")
    coming = to_come(document(Kind.INVOICE, each) for each in (euros, dollars, groats))
    rows = [owed("Quay", 75, 0, ids=("42",)), owed("Quay", 100, 0, ids=("42",), currency="EUR")]
    assert opening(rows, coming, "USD") == ()
    [found] = opening(rows, coming, "CAD")
    assert "Quay 70.00 in MediaOS, 0.00 in QuickBooks" in found.what


def test_what_nobody_could_read_blocks_as_well():
    assert unread("QuickBooks answered 503").blocking


def test_who_explained_it_and_how_stays_in_the_journal():
    asked = GoLive(id="r", tenant="t1", by="Ada", overruled=(NAME,), explained="written off")
    done, _, [fact] = answer(Tenant(), asked, AT)
    assert done
    assert (fact.live.by, fact.live.explained) == ("Ada", "written off")
