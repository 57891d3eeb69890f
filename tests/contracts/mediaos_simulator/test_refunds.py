"""Does a refund add up, and leave what its advertiser owes alone?"""

import pytest

from tests.contracts.mediaos_simulator.test_writes import keyed


@pytest.fixture
def refund(client, invoice):
    async def made(key="r1", **fields):
        lines = [{"amount": "33.335", "quantity": "3"}]
        body = {"advertiser_id": invoice["advertiser_id"], "line_items": lines} | fields
        return await client.post("/refunds/", json=body, headers=keyed(key))

    return made


async def test_one_adds_up_and_moves_no_balance(client, invoice, refund):
    made = (await refund(tax_amount="8.25", discount_amount="10", type="Check")).json()
    assert (made["sub_total"], made["total"], made["type"]) == ("100.01", "98.26", "Check")
    after = (await client.get(f"/invoices/{invoice['id']}")).json()
    assert after["balance"] == invoice["balance"]


async def test_its_lines_belong_to_people_once_it_is_made(client, refund):
    made = (await refund()).json()
    path, version = f"/refunds/{made['id']}", made["row_version"]
    refused = await client.patch(path, json={"line_items": []}, headers=keyed("r2", version))
    assert refused.status_code == 422
    changed = await client.patch(path, json={"comments": "late"}, headers=keyed("r3", version))
    assert (changed.json()["comments"], changed.json()["total"]) == ("late", "100.01")
    gone = await client.delete(path, headers=keyed("r4", changed.json()["row_version"]))
    assert gone.json()["date_deleted"] is not None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"line_items": []}, "line_items"),
        ({"discount_amount": "200"}, "line_items"),
        ({"advertiser_id": "1"}, "advertiser_id"),
    ],
)
async def test_what_is_none_is_refused_by_its_field(refund, fields, field):
    refused = await refund(**fields)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field
