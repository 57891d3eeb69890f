"""Two linked customers that somebody makes one in QuickBooks: nothing is lost, nothing doubled."""

import pytest

from schemas.facts import Seen
from schemas.state import ParkReason
from schemas.tenant_state import BornInQuickbooks
from schemas.values import Kind
from streams.remotes.quickbooks.webhooks import Notice, notice_event
from tests.scenarios.both.people import (
    a_credit_memo,
    a_customer,
    a_payment,
    a_refund,
    account_called,
    an_invoice,
    delete,
    edit,
    keeps,
    lines_of,
    open_shop,
    paid_in_qbo,
    parts_in_qbo,
    sold_in_qbo,
)
from tests.scenarios.both.test_linking import links

pytestmark = pytest.mark.few_rows


def park_of(town, customer):
    return town.document(customer, f"mediaos/customer/{customer}").park


async def test_the_park_names_both_advertisers_and_the_command(town, merged):
    keeps, loses, _, survivor = merged
    park = park_of(town, loses)

    assert park.reason is ParkReason.DELETED
    for told in (
        f"merged into {survivor}",
        f"advertiser {keeps} (Harbour Books)",
        f"advertiser {loses} (Harbour Books Ltd.)",
        f"isthmus link customer {loses}",
    ):
        assert told in park.detail
    assert park_of(town, keeps) is None
    await town.retries(loses, f"mediaos/customer/{loses}")
    await town.run()
    assert park_of(town, loses).detail == park.detail


async def test_what_is_new_of_the_loser_goes_to_the_survivor(town, merged):
    _, loses, _, survivor = merged
    invoice = await an_invoice(town, loses, ("1", "25"))
    await a_payment(town, loses, "25.00", {invoice: "25.00"})
    await town.run()

    assert {each["CustomerRef"]["value"] for each in town.in_qbo("Invoice")} == {survivor}
    assert [each["CustomerRef"]["value"] for each in town.in_qbo("Payment")] == [survivor]
    assert (len(town.in_qbo("Invoice")), len(town.in_mediaos("payments"))) == (3, 1)
    await town.agrees(parked=1)


async def test_what_it_had_is_still_kept_in_step_both_ways(town, merged):
    _, loses, invoice, survivor = merged
    await edit(town, "invoices", invoice, comments="April")
    await town.run()
    there = next(each for each in town.in_qbo("Invoice") if each["DocNumber"].endswith(invoice))
    assert (there["CustomerMemo"], there["CustomerRef"]["value"]) == ({"value": "April"}, survivor)

    town.qbo.person.edit("Invoice", there["Id"], {"CustomerMemo": {"value": "May"}})
    await town.run()
    assert town.mediaos.book.records["invoices"][invoice]["comments"] == "May"
    await a_payment(town, loses, "40.00", {invoice: "40.00"})
    await town.run()
    assert len(town.in_qbo("Payment")) == 1
    await town.agrees(parked=1)


async def test_nothing_of_its_name_is_written_over_the_survivors(town, merged):
    _, loses, _, _ = merged
    await edit(town, "advertisers", loses, phone="555-0100")
    await town.run()

    standing = [each for each in town.in_qbo("Customer") if each["Active"]]
    assert [each["DisplayName"] for each in standing] == ["Harbour Books"]
    assert "555-0100" not in str(town.in_qbo("Customer"))
    await town.agrees(parked=1)


async def test_money_that_comes_in_quickbooks_for_its_invoice_is_its_own(town, merged):
    _, loses, invoice, survivor = merged
    there = next(each for each in town.in_qbo("Invoice") if each["DocNumber"].endswith(invoice))
    fields = {"CustomerRef": {"value": survivor}, "TotalAmt": 40}
    paid = {**fields, "Line": parts_in_qbo({there["Id"]: "40"})}
    payment = town.qbo.person.create("Payment", paid)
    await town.run()
    assert [each["advertiser_id"] for each in town.in_mediaos("payments")] == [loses]
    assert len(town.in_qbo("Payment")) == 1
    await town.agrees(parked=1)

    town.qbo.person.edit("Payment", payment["Id"], {"PaymentRefNum": "4711"})
    await town.run()
    assert "4711" in str(town.in_mediaos("payments"))
    assert (len(town.in_qbo("Payment")), len(town.in_mediaos("payments"))) == (1, 1)
    await town.agrees(parked=1)


async def test_whose_money_is_is_not_read_where_a_part_of_it_is_known_to_be_ones_own(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    customer = await a_customer(town)
    await an_invoice(town, customer, ("1", "60"))
    await town.run()
    [ours] = town.in_qbo("Invoice")
    town.qbo.webhooks.misbehave("drop")
    theirs = sold_in_qbo(town, ours["CustomerRef"]["value"], "30")
    await town.run(1)
    asked = len(town.qbo.requests)
    paid_in_qbo(town, "90", {ours["Id"]: "60", theirs["Id"]: "30"})
    await town.run(4)

    assert Kind.PAYMENT in {fact.change.kind for fact in town.told() if isinstance(fact, Seen)}
    paths = [request["path"] for request in town.qbo.requests[asked:]]
    assert not [path for path in paths if path.endswith(f"/invoice/{theirs['Id']}")]


async def test_a_customer_of_its_own_is_linked_and_new_ones_go_there(town, merged):
    _, loses, _, survivor = merged
    other = town.qbo.person.create("Customer", {"DisplayName": "Harbour Books Ltd."})["Id"]
    told = await links(town, loses, other)
    assert told.done, told.detail
    await an_invoice(town, loses, ("1", "25"))
    await town.run()

    where = [each["CustomerRef"]["value"] for each in town.in_qbo("Invoice")]
    assert where == [survivor, survivor, other]
    await town.agrees()


async def test_a_merge_into_a_customer_of_nobody_is_mended_by_linking_with_it(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    customer = await a_customer(town)
    await an_invoice(town, customer, ("1", "40"))
    await town.run()
    [ours] = town.in_qbo("Customer")
    kept = town.qbo.person.create("Customer", {"DisplayName": "Harbour"})["Id"]
    town.qbo.person.merge(keep=kept, lose=ours["Id"])
    await town.run()
    assert f"isthmus link customer {customer} {kept}" in park_of(town, customer).detail

    await edit(town, "advertisers", customer, name="Harbour")
    await links(town, customer, kept)
    await an_invoice(town, customer, ("1", "25"))
    await town.run()
    assert {each["CustomerRef"]["value"] for each in town.in_qbo("Invoice")} == {kept}
    await town.agrees()


@pytest.mark.parametrize(
    ("reads_as", "told"), [("gone", "or merged into another"), ("inactive", "is inactive")]
)
async def test_what_quickbooks_refuses_before_the_merge_is_heard_of_goes_once_it_is(
    town, reads_as, told
):
    town.qbo.change_settings({"merged_loser": reads_as})
    await open_shop(town)
    keeps = await a_customer(town)
    loses = await a_customer(town, "Harbour Books Ltd.")
    await town.run()
    there = {each["DisplayName"]: each["Id"] for each in town.in_qbo("Customer")}
    kept, lost = there["Harbour Books"], there["Harbour Books Ltd."]
    town.qbo.webhooks.misbehave("drop", times=1_000)
    town.qbo.person.merge(keep=kept, lose=lost)
    invoice = await an_invoice(town, loses, ("1", "25"))
    await town.run(10)
    park = town.document(loses, f"mediaos/invoice/{invoice}").park
    assert told in park.detail
    assert "2500" not in park.detail

    merge = Notice(
        realm=town.realm,
        kind=Kind.CUSTOMER,
        id=kept,
        operation="merge",
        at=town.clock.now(),
        deleted_id=lost,
    )
    key, value = notice_event(town.tenant, merge)
    await town.kafka.send("quickbooks-notices", key.encode(), value)
    await town.run()
    assert [each["CustomerRef"]["value"] for each in town.in_qbo("Invoice")] == [kept]
    assert f"advertiser {keeps}" in park_of(town, loses).detail
    await town.agrees(parked=1)


async def test_lines_that_change_before_the_merge_is_heard_of_go_once_it_is(town):
    """Its customer is known to be gone first, and only then into which one it was merged."""
    await open_shop(town)
    await a_customer(town)
    loses = await a_customer(town, "Harbour Books Ltd.")
    invoice = await an_invoice(town, loses, ("1", "40"))
    await town.run()
    kept, lost = (each["Id"] for each in town.in_qbo("Customer"))
    town.qbo.person.merge(keep=kept, lose=lost)
    await edit(town, "invoices", invoice, line_items=lines_of(("1", "55")))
    await edit(town, "advertisers", loses, phone="555-0100")
    await town.run(5)
    park = town.document(loses, f"mediaos/invoice/{invoice}").park
    assert "was deleted in QuickBooks, or merged into another" in park.detail

    await town.run()
    [there] = town.in_qbo("Invoice")
    assert (there["CustomerRef"]["value"], there["TotalAmt"]) == (kept, 55)
    await town.agrees(parked=1)


async def test_of_merges_one_after_the_other_the_last_survivor_counts(town):
    await open_shop(town)
    names = ("Harbour Books", "Harbour Books Ltd.", "Harbour Books Inc.")
    first, second, third = [await a_customer(town, name) for name in names]
    await town.run()
    there = {each["DisplayName"]: each["Id"] for each in town.in_qbo("Customer")}
    one, two, three = (there[name] for name in names)
    town.qbo.person.merge(keep=two, lose=three)
    await town.run()
    town.qbo.person.merge(keep=one, lose=two)
    await town.run()
    for customer in (second, third):
        await an_invoice(town, customer, ("1", "25"))
    await town.run()

    assert [each["CustomerRef"]["value"] for each in town.in_qbo("Invoice")] == [one, one]
    await town.retries(third, f"mediaos/customer/{third}")
    await town.run()
    for customer in (second, third):
        assert f"advertiser {first} (Harbour Books)" in park_of(town, customer).detail
    await town.agrees(parked=2)


async def test_the_loser_that_is_deleted_in_mediaos_as_well_is_told_no_more(town):
    await open_shop(town)
    await a_customer(town)
    loses = await a_customer(town, "Harbour Books Ltd.")
    await town.run()
    there = {each["DisplayName"]: each["Id"] for each in town.in_qbo("Customer")}
    town.qbo.person.merge(keep=there["Harbour Books"], lose=there["Harbour Books Ltd."])
    await town.run()
    await delete(town, "advertisers", loses)
    await town.run()

    assert park_of(town, loses) is None
    await town.agrees()


async def test_what_is_new_of_a_customer_that_was_deleted_waits_in_words_and_goes_by_itself(town):
    await open_shop(town, born_in_quickbooks=BornInQuickbooks.LIST)
    customer = await a_customer(town)
    await town.run()
    [ours] = town.in_qbo("Customer")
    kept = town.qbo.person.create("Customer", {"DisplayName": "Harbour Books Inc."})["Id"]
    town.qbo.webhook_url = None
    town.qbo.webhooks.misbehave("drop", times=1_000)
    town.qbo.person.merge(keep=kept, lose=ours["Id"])
    await town.run(600)
    invoice = await an_invoice(town, customer, ("1", "25"))
    await town.run()
    park = town.document(customer, f"mediaos/invoice/{invoice}").park
    assert f"isthmus link customer {customer} ID" in park.detail

    await links(town, customer, kept)
    assert [each["CustomerRef"]["value"] for each in town.in_qbo("Invoice")] == [kept]


async def test_an_echo_that_comes_before_its_answer_is_neither_made_anew_nor_left_listed(
    town, merged
):
    _, loses, _, survivor = merged
    town.qbo.faults.time_out_next("after")
    await a_payment(town, loses, "25.00", {})
    await town.run(600)
    assert (len(town.in_qbo("Payment")), len(town.in_mediaos("payments"))) == (1, 1)
    paid = town.in_qbo("Payment")[0]
    assert paid["CustomerRef"]["value"] == survivor

    town.qbo.person.edit("Payment", paid["Id"], {"PaymentRefNum": "4711"})
    await town.run()
    assert "4711" in str(town.in_mediaos("payments"))
    assert len(town.in_mediaos("payments")) == 1
    await town.agrees(parked=1)


@pytest.mark.parametrize("path", ["invoices", "payments", "creditMemos", "refunds"])
async def test_what_the_loser_had_and_mediaos_deletes_after_the_merge_goes(town, path):
    await open_shop(town)
    await keeps(town, "Check", account_called(town, "Checking"))
    await a_customer(town)
    loses = await a_customer(town, "Harbour Books Ltd.")
    made = {
        "invoices": await an_invoice(town, loses, ("1", "40")),
        "payments": await a_payment(town, loses, "15", {}),
        "creditMemos": await a_credit_memo(town, loses, ("1", "25")),
        "refunds": await a_refund(town, loses, ("1", "10")),
    }
    await town.run()
    there = {each["DisplayName"]: each["Id"] for each in town.in_qbo("Customer")}
    town.qbo.person.merge(keep=there["Harbour Books"], lose=there["Harbour Books Ltd."])
    await town.run()
    await delete(town, path, made[path])
    await town.run(60)

    assert [each for each in town.in_qbo(KINDS[path]) if each["TotalAmt"]] == []
    await town.agrees(parked=1)


KINDS = {
    "invoices": "Invoice",
    "payments": "Payment",
    "creditMemos": "CreditMemo",
    "refunds": "RefundReceipt",
}
