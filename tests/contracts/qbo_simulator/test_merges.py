"""What of customers that people merge or make inactive? quickbooks-money.md 8."""

import pytest

from streams.simulators.quickbooks.refusals import Fault


@pytest.fixture
async def two(api, invoice, payment):
    """Make a second customer with an invoice, a credit memo and a payment, and one of the first."""
    await api.ok("Customer", {"DisplayName": "Amy's Bird Sanctuary"})
    other = {"CustomerRef": {"value": "2"}}
    await api.ok("Invoice", {**invoice("100"), **other})
    await api.ok("CreditMemo", {**invoice("30"), **other})
    await api.ok("Payment", {**payment("40", to_1="40"), **other})
    await api.ok("Invoice", invoice("7"))


async def test_the_survivor_carries_all_and_no_token_moves(api, simulator, two, clock):
    before = [await api.read("Invoice", "1"), await api.read("Payment", "3")]
    clock.advance(minutes=1)

    kept = simulator.person.merge(keep="1", lose="2")

    assert (kept["Balance"], kept["SyncToken"]) == (37, "0")
    after = [await api.read("Invoice", "1"), await api.read("Payment", "3")]
    assert after == [
        {**one, "CustomerRef": {"value": "1", "name": "Amy's Birds"}} for one in before
    ]
    assert (await api.get("customer/2"))[1]["Fault"]["Error"][0]["code"] == "610"


async def test_a_merge_shows_in_cdc_and_in_a_notice(api, simulator, two, clock):
    clock.advance(minutes=1)
    told = []
    simulator.company().book._report = told.append

    simulator.person.merge(keep="1", lose="2")

    assert [(one.operation, one.id, one.deleted_id) for one in told if one.deleted_id] == [
        ("Merge", "1", "2")
    ]
    _, changed = await api.get(
        "cdc", entities="Customer,Invoice", changedSince="2026-03-02T10:31:00-08:00"
    )
    customers, invoices = changed["CDCResponse"][0]["QueryResponse"]
    shown = [(one["Id"], one.get("status")) for one in customers["Customer"]]
    assert shown == [("1", None), ("2", "Deleted")]
    assert invoices == {}


async def test_by_switch_the_loser_reads_as_inactive(api, simulator, two):
    simulator.change_settings({"merged_loser": "inactive"})

    simulator.person.merge(keep="1", lose="2")

    left = await api.read("Customer", "2")
    assert (left["Active"], left["Balance"]) == (False, 0)
    assert left["DisplayName"] == "Amy's Bird Sanctuary (deleted)"


async def test_new_documents_of_the_loser_are_refused(api, simulator, two, invoice):
    simulator.person.merge(keep="1", lose="2")

    body = {**invoice(), "CustomerRef": {"value": "2"}}

    assert (await api.refused("Invoice", body))[0] == "2500"


async def test_a_merge_that_cannot_be_is_refused(api, simulator, two):
    await api.ok("Customer", {"DisplayName": "Branch", "Job": True, "ParentRef": {"value": "2"}})

    for keep, lose in (("1", "1"), ("1", "2"), ("1", "99")):
        with pytest.raises(Fault):
            simulator.person.merge(keep, lose)


async def test_a_customer_who_owes_is_balanced_by_a_credit_memo(api, simulator, invoice):
    await api.ok("Invoice", invoice("45.50"))

    left = simulator.person.deactivate("Customer", "1")

    assert (left["Active"], left["Balance"]) == (False, 0)
    [memo] = (await api.query("SELECT * FROM CreditMemo"))["CreditMemo"]
    assert (
        memo["TotalAmt"] == memo["RemainingCredit"] == (await api.read("Invoice", "1"))["Balance"]
    )
