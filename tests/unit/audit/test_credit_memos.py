"""A credit memo that both sides have is compared as an invoice is, and not by what all come to."""

from datetime import date
from decimal import Decimal

import pytest

from agents.audit.compare import compare
from agents.audit.findings import What
from agents.audit.report import Agreement


@pytest.fixture
async def credited(day):
    """A memo of 30.00 and 20.00 beside the day's work, and its journal."""
    await day.credit("memo", ("30.00", "20.00"))
    day.journal = await day.told()
    return day


async def told(day):
    return {(each.what, each.where, each.field) for each in (await day.report()).findings}


def here(day):
    return f"mediaos/credit-memo/{day.ids['memo'][0]}"


def there(day):
    return f"qbo/credit-memo/{day.ids['memo'][1]}"


def lines_of(day, *amounts):
    item = {"ItemRef": {"value": day.ids["product"][1]}}
    detail = {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": item}
    return [{"Amount": amount, **detail} for amount in amounts]


async def test_one_that_is_alike_on_both_sides_agrees(credited):
    report = await credited.report()
    assert (report.findings, report.waiting) == ((), ())
    assert report.agreement is Agreement.AGREE


async def test_lines_that_come_to_the_same_in_all(credited):
    credited.there("memo", Line=lines_of(credited, "45.00", "5.00"))
    place = here(credited)
    assert await told(credited) == {(What.AMOUNT, place, "line 1"), (What.AMOUNT, place, "line 2")}


async def test_another_item_on_a_line(credited):
    lines = lines_of(credited, "30.00", "20.00")
    lines[0]["SalesItemLineDetail"] = {"ItemRef": {"value": "2"}}
    credited.there("memo", Line=lines)
    assert await told(credited) == {(What.FIELD, here(credited), "line 1 item")}


@pytest.mark.parametrize(
    ("changes", "what", "field"),
    [
        ({"TxnDate": "2026-02-28"}, What.FIELD, "issued"),
        ({"CustomerMemo": {"value": "Not sorry"}}, What.FIELD, "memo"),
        ({"BillEmail": {"Address": "joe@example.com"}}, What.FIELD, "email"),
        ({"DocNumber": "R681"}, What.NUMBER, "document number"),
        ({"TxnTaxDetail": {"TotalTax": "4.13"}}, What.AMOUNT, "tax"),
    ],
    ids=["day", "memo", "email", "number", "tax"],
)
async def test_what_quickbooks_alone_was_changed_in(credited, changes, what, field):
    credited.there("memo", **changes)
    assert await told(credited) == {(what, here(credited), field)}


async def test_another_total(credited):
    credited.there("memo", TotalAmt="50.02", Balance="50.02", RemainingCredit="50.02")
    [one] = (await credited.report()).findings
    assert (one.what, one.where, one.field) == (What.AMOUNT, here(credited), "total")
    assert (str(one.amount), one.customer) == ("0.02", "Amy's Birds")


async def test_another_customer(credited):
    other = credited.qbo.person.create("Customer", {"DisplayName": "North Light"})
    credited.there("memo", CustomerRef={"value": other["Id"]})
    assert (What.LINK, here(credited), "customer") in await told(credited)


async def test_one_that_is_gone_in_quickbooks(credited):
    credited.qbo.book.remove("CreditMemo", credited.ids["memo"][1], quiet=True)
    assert await told(credited) == {(What.MISSING_IN_QBO, here(credited), "")}


async def test_one_that_is_gone_in_mediaos(credited):
    del credited.mediaos.tampering._book.records["creditMemos"][credited.ids["memo"][0]]
    assert await told(credited) == {(What.MISSING_IN_MEDIAOS, there(credited), "")}


async def test_one_of_mediaos_that_never_crossed(credited):
    fields = {"advertiser_id": credited.ids["customer"][0], "line_items": []}
    fields["line_items"] = [{"amount": "5", "product_id": credited.ids["product"][0]}]
    made = await credited.mediaos.people.create("creditMemos", fields)
    assert await told(credited) == {(What.MISSING_IN_QBO, f"mediaos/credit-memo/{made['id']}", "")}


async def test_a_second_one_with_its_marker(credited):
    credited.qbo.tamper.duplicate("CreditMemo", credited.ids["memo"][1])
    [one] = [e for e in (await credited.report()).findings if e.what is What.TWICE_IN_QBO]
    assert (one.where, str(one.amount)) == (here(credited), "50.00")


async def test_one_that_names_another_record_of_quickbooks(credited):
    credited.here("memo", external_reference="999")
    assert await told(credited) == {(What.LINK, here(credited), "external_reference")}


async def test_an_edit_that_the_journal_never_heard_of(credited):
    await credited.mediaos.people.edit("creditMemos", credited.ids["memo"][0], {"comments": "X"})
    place = here(credited)
    assert await told(credited) == {(What.NOT_SEEN, place, ""), (What.FIELD, place, "memo")}


async def test_a_cent_of_tax_is_a_variance(credited):
    credited.there(
        "memo",
        TotalAmt="50.01",
        Balance="50.01",
        RemainingCredit="50.01",
        TxnTaxDetail={"TotalTax": "0.01"},
    )
    owed = credited.qbo.book.get("Customer", credited.ids["customer"][1])["Balance"]
    credited.there("customer", Balance=owed - Decimal("0.01"))
    report = await credited.report()
    assert report.findings == ()
    [one] = report.waiting
    assert (one.how, one.document, str(one.amount)) == ("variance", here(credited), "0.01")


async def test_one_of_a_later_day_is_left_out(credited):
    credited.there("memo", CustomerMemo={"value": "Not sorry"})
    mediaos, qbo = await credited.books()
    history = credited.journal.history()
    there, before = [
        compare(mediaos=mediaos, qbo=qbo, history=history, day=date(2026, month, 28))
        for month in (3, 2)
    ]
    assert [each.field for each in there.findings] == ["memo"]
    assert before.findings == ()
