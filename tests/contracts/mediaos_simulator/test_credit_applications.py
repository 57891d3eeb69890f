"""Are credits applied to what both have open, and given back when they are taken off?"""

import pytest

from tests.contracts.mediaos_simulator.test_writes import keyed


@pytest.fixture
async def memo(client, invoice):
    lines = [{"amount": "40", "quantity": "1"}]
    body = {"advertiser_id": invoice["advertiser_id"], "line_items": lines}
    return (await client.post("/creditMemos/", json=body, headers=keyed("m1"))).json()


@pytest.fixture
def apply(client, invoice, memo):
    async def apply(amount="25", key="c1", **more):
        part = {"credit_memo_id": memo["id"], "invoice_id": invoice["id"], "amount": amount}
        body = {"advertiser_id": invoice["advertiser_id"], "lines": [part | more]}
        return await client.post("/creditApplications/", json=body, headers=keyed(key))

    return apply


async def balances(client, memo, invoice):
    memo = (await client.get(f"/creditMemos/{memo['id']}")).json()
    return memo["balance"], (await client.get(f"/invoices/{invoice['id']}")).json()["balance"]


async def test_what_is_applied_lowers_both_and_is_given_back(client, invoice, memo, apply):
    before = await balances(client, memo, invoice)
    made = (await apply("25")).json()
    assert (await balances(client, memo, invoice))[0] == "15"

    path = f"/creditApplications/{made['id']}"
    changed = await client.patch(path, json={"lines": []}, headers=keyed("c2", made["row_version"]))
    assert (changed.status_code, await balances(client, memo, invoice)) == (200, before)
    again = await client.patch(
        path, json={"lines": made["lines"]}, headers=keyed("c3", changed.json()["row_version"])
    )
    gone = await client.delete(path, headers=keyed("c4", again.json()["row_version"]))
    assert gone.json()["date_deleted"] is not None
    assert await balances(client, memo, invoice) == before


async def test_an_invoice_below_zero_gives_as_a_credit_memo_does(client, invoice, apply):
    lines = [{"amount": "-40", "quantity": "1"}]
    body = {"advertiser_id": invoice["advertiser_id"], "line_items": lines}
    below = (await client.post("/invoices/", json=body, headers=keyed("n1"))).json()
    assert (below["total"], below["balance"], below["status"]) == ("-40", "-40", "Unpaid")

    async def open_() -> str:
        return (await client.get(f"/invoices/{below['id']}")).json()["balance"]

    gives = {"credit_memo_id": f"invoice-{below['id']}"}
    assert (await apply("40.01", **gives)).status_code == 422
    made = (await apply("25", "c2", **gives)).json()
    assert await open_() == "-15"
    path = f"/creditApplications/{made['id']}"
    await client.delete(path, headers=keyed("c3", made["row_version"]))
    assert await open_() == "-40"


@pytest.mark.parametrize("more", [{"amount": "40.01"}, {"invoice_id": "1"}], ids=str)
async def test_more_than_both_have_open_is_refused(client, invoice, memo, apply, more):
    before = await balances(client, memo, invoice)
    refused = await apply(**more)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"].startswith("lines[0].")
    assert await balances(client, memo, invoice) == before


async def test_what_is_applied_keeps_its_memo_from_being_deleted(client, memo, apply):
    await apply("25")
    version = (await client.get(f"/creditMemos/{memo['id']}")).json()["row_version"]
    refused = await client.delete(f"/creditMemos/{memo['id']}", headers=keyed("m2", version))
    assert (refused.status_code, refused.json()["code"]) == (409, "credits_applied")
