"""Are writes safe to repeat, and refused when decided on an older revision?"""

import asyncio

import pytest


def keyed(key, version=None):
    match = {} if version is None else {"if-match": f'"{version}"'}
    return {"idempotency-key": key} | match


@pytest.fixture
def make_payment(client, invoice):
    async def make(key="p1", **fields):
        body = {"advertiser_id": invoice["advertiser_id"], "amount": "100"} | fields
        return await client.post("/payments/", json=body, headers=keyed(key))

    return make


def on(invoice, amount):
    return {"invoice_id": invoice["id"], "amount": amount}


async def test_an_advertiser_is_made_with_its_contact_data(client):
    body = {
        "name": "Acme Outdoor",
        "email": {"value": "ap@acme.example"},
        "billing_address": {"line1": "1 Main St", "city": "Austin"},
        "active": 1,
        "external_reference": "58",
    }
    made = (await client.post("/advertisers/", json=body, headers=keyed("a1"))).json()

    assert made["row_version"] == "1"
    assert (made["name"], made["active"], made["phone"]) == ("Acme Outdoor", True, None)
    assert (made["email"]["value"], made["email"]["type_name"]) == ("ap@acme.example", "Work")
    address = made["billing_address"]
    assert (address["line1"], address["line2"], address["state"]) == ("1 Main St", "", "")
    assert (await client.get(f"/advertisers/{made['id']}")).json() == made


async def test_an_advertiser_whose_name_is_to_be_nobodys_is_refused_a_taken_one(client):
    async def make(key, name="Acme Outdoor", **fields):
        body = {"name": name, **fields}
        return await client.post("/advertisers/", json=body, headers=keyed(key))

    first = (await make("a1", unique_name=True)).json()
    assert "unique_name" not in first
    refused = await make("a2", " acme  OUTDOOR", unique_name=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "name_taken")
    assert first["id"] in refused.json()["message"]
    assert (await make("a1", unique_name=True)).json() == first
    assert (await make("a3", unique_name=False)).status_code == 201
    changed = await client.patch(
        f"/advertisers/{first['id']}", json={"unique_name": True}, headers=keyed("a4", 1)
    )
    assert changed.status_code == 422


async def test_the_name_of_a_deleted_advertiser_is_nobodys(client, simulator):
    gone = await simulator.people.create("advertisers", {"name": "Acme"})
    await simulator.people.delete("advertisers", gone["id"])
    body = {"name": "Acme", "unique_name": True}
    made = await client.post("/advertisers/", json=body, headers=keyed("a1"))
    assert made.status_code == 201


@pytest.fixture
def make_invoice(client, simulator):
    async def make(key="i1", **fields):
        firm = await simulator.people.create("advertisers", {"name": "Tide Press"})
        lines = [{"quantity": "3", "amount": "1.235", "description": "Page"}]
        body = {"advertiser_id": firm["id"], "line_items": lines, **fields}
        return await client.post("/invoices/", json=body, headers=keyed(key))

    return make


async def test_an_invoice_is_made_with_its_lines_and_the_tax_that_the_other_side_reckoned(
    client, make_invoice
):
    fields = {"tax_amount": "0.3", "discount_amount": "1", "external_reference": "266"}
    made = (await make_invoice(date_created="2025-03-01 00:00:00", **fields)).json()

    assert (made["sub_total"], made["tax_total"], made["total"]) == ("3.71", "0.3", "3.01")
    assert (made["tax_rate"], made["tax_percent_based"]) == ("0.3", "0")
    assert (made["balance"], made["status"], made["row_version"]) == ("3.01", "Unpaid", "1")
    assert (await client.get(f"/invoices/{made['id']}")).json() == made


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"line_items": []}, "line_items"),
        ({"line_items": [{"amount": "1", "taxable": "often"}]}, "line_items[0].taxable"),
        ({"line_items": [{"amount": "1", "id": "7"}]}, "line_items[0].id"),
        ({"line_items": [{"amount": "1", "product_id": "999"}]}, "line_items[0].product_id"),
        ({"tax_rate": "8"}, "tax_rate"),
        ({"tax_amount": "-1"}, "tax_amount"),
        ({"advertiser_id": "999"}, "advertiser_id"),
    ],
)
async def test_a_wrong_invoice_names_its_field_and_makes_nothing(
    client, make_invoice, fields, wrong
):
    refused = await make_invoice(**fields)
    assert refused.status_code == 422
    assert wrong in [each["field"] for each in refused.json()["errors"]]
    assert (await client.get("/invoices/")).json()["count"] == 0


async def test_the_same_key_and_body_give_the_same_reply_for_ever(client, clock, make_payment):
    first = await make_payment()
    await client.delete(f"/payments/{first.json()['id']}", headers=keyed("d1", 1))
    clock.advance(days=400)
    again = await make_payment()

    assert (again.status_code, again.json()) == (201, first.json())
    assert "idempotency-replayed" in again.headers
    assert "idempotency-replayed" not in first.headers
    assert (await client.get("/payments/")).json()["count"] == 0


async def test_two_at_once_with_one_key_make_one_payment(client, make_payment):
    both = await asyncio.gather(make_payment(), make_payment())

    assert both[0].json() == both[1].json()
    assert (await client.get("/payments/")).json()["count"] == 1


async def test_the_same_key_with_another_body_or_path_is_409(client, make_payment):
    await make_payment()

    body = await make_payment(amount="101")
    path = await client.post("/advertisers/", json={"name": "Acme"}, headers=keyed("p1"))

    assert (body.status_code, body.json()["code"]) == (409, "idempotency_key_reused")
    assert (path.status_code, path.json()["code"]) == (409, "idempotency_key_reused")


async def test_a_refused_write_leaves_its_key_free(make_payment):
    refused = await make_payment(amount="-1")
    made = await make_payment()

    assert (refused.status_code, made.status_code) == (422, 201)


async def test_a_write_without_a_key_is_400(client):
    refused = await client.post("/advertisers/", json={"name": "Acme"})

    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_missing")


@pytest.mark.parametrize(
    ("if_match", "status", "code"),
    [
        (None, 428, "if_match_missing"),
        ("1", 400, "if_match_malformed"),
        ('"2"', 412, "row_version_mismatch"),
    ],
)
async def test_an_update_names_the_revision_it_was_decided_on(
    client, advertiser, if_match, status, code
):
    headers = keyed("u1") | ({} if if_match is None else {"if-match": if_match})
    path = f"/advertisers/{advertiser['id']}"
    refused = await client.patch(path, json={"phone": "555"}, headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused.json()["row_version"] == "1"
    assert (await client.get(path)).json() == advertiser


async def test_each_effective_change_counts_one_revision_and_an_empty_one_none(
    client, clock, advertiser
):
    path = f"/advertisers/{advertiser['id']}"
    clock.advance(minutes=1)
    changed = await client.patch(path, json={"phone": "555"}, headers=keyed("u1", 1))
    clock.advance(minutes=1)
    same = await client.patch(path, json={"phone": "555"}, headers=keyed("u2", 2))

    assert changed.json()["row_version"] == "2"
    assert changed.headers["etag"] == '"2"'
    assert changed.json()["date_modified"] == "2025-03-10 14:31:05"
    assert same.json() == changed.json()


async def test_contact_data_keeps_its_id_over_changes(client, advertiser):
    path = f"/advertisers/{advertiser['id']}"
    one = await client.patch(path, json={"email": {"value": "a@b"}}, headers=keyed("u1", 1))
    two = await client.patch(path, json={"email": {"value": "c@d"}}, headers=keyed("u2", 2))
    none = await client.patch(path, json={"email": None}, headers=keyed("u3", 3))

    assert two.json()["email"] == one.json()["email"] | {"value": "c@d"}
    assert none.json()["email"] is None


async def test_only_the_header_of_an_invoice_is_written_over_the_api(client, invoice):
    path = f"/invoices/{invoice['id']}"
    header = {"date_due": "2025-05-01 00:00:00", "comments": "PO 7", "billing_email": None}
    changed = await client.patch(path, json=header, headers=keyed("u1", 1))
    refused = await client.patch(path, json={"line_items": []}, headers=keyed("u2", 2))

    assert {name: changed.json()[name] for name in header} == header
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "line_items"


async def test_a_payment_lowers_the_balance_of_each_invoice_and_bumps_it(
    simulator, client, invoice, make_payment
):
    fields = {"advertiser_id": invoice["advertiser_id"], "line_items": [{"amount": "0.1"}]}
    small = await simulator.people.create("invoices", fields)
    made = (await make_payment(lines=[on(invoice, "60.25"), on(small, "0.1")])).json()

    shown = [(await client.get(f"/invoices/{i['id']}")).json() for i in (invoice, small)]
    assert made["line"] == made["lines"][0]
    assert [line["amount"] for line in made["lines"]] == ["60.25", "0.1"]
    assert [i["balance"] for i in shown] == ["190.75", "0"]
    assert [i["status"] for i in shown] == ["Unpaid", "Paid"]
    assert [i["row_version"] for i in shown] == ["2", "2"]


async def test_a_changed_application_moves_the_balance_by_the_difference(
    client, invoice, make_payment
):
    made = (await make_payment(amount="251", lines=[on(invoice, "251")])).json()
    path = f"/payments/{made['id']}"
    less = await client.patch(path, json={"lines": [on(invoice, "1")]}, headers=keyed("u1", 1))

    shown = (await client.get(f"/invoices/{invoice['id']}")).json()
    assert less.json()["line"]["id"] == made["line"]["id"]
    assert (shown["balance"], shown["status"], shown["row_version"]) == ("250", "Unpaid", "3")


async def test_notes_on_a_payment_leave_its_invoices_alone(client, invoice, make_payment):
    made = (await make_payment(lines=[on(invoice, "1")])).json()
    await client.patch(f"/payments/{made['id']}", json={"notes": "x"}, headers=keyed("u1", 1))

    assert (await client.get(f"/invoices/{invoice['id']}")).json()["row_version"] == "2"


async def test_a_deleted_payment_is_owed_again_and_changes_no_more(client, invoice, make_payment):
    made = (await make_payment(lines=[on(invoice, "100")])).json()
    path = f"/payments/{made['id']}"
    gone = await client.delete(path, headers=keyed("d1", 1))
    again = await client.delete(path, headers=keyed("d2", 2))
    replayed = await client.delete(path, headers=keyed("d1", 1))

    assert (await client.get(f"/invoices/{invoice['id']}")).json()["balance"] == "251"
    assert gone.json()["date_deleted"] == "2025-03-10 14:30:05"
    assert gone.json()["lines"] == made["lines"]
    assert (again.status_code, again.json()["code"]) == (409, "record_deleted")
    assert (replayed.status_code, replayed.json()) == (200, gone.json())


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"amount": 100}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "1e2"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"advertiser_id": "999"}, "advertiser_id"),
        ({"date_created": "2025-02-30 00:00:00"}, "date_created"),
        ({"type": ""}, "type"),
        ({"lines": {}}, "lines"),
        ({"lines": [{"amount": "1"}]}, "lines[0].invoice_id"),
        ({"lines": [{"invoice_id": "999", "amount": "1"}]}, "lines[0].invoice_id"),
        ({"lines": [{"invoice_id": "20001", "amount": "0"}]}, "lines[0].amount"),
        ({"amount": "900", "lines": [{"invoice_id": "20001", "amount": "252"}]}, "lines[0].amount"),
        ({"amount": "1", "lines": [{"invoice_id": "20001", "amount": "2"}]}, "lines"),
    ],
)
async def test_a_wrong_payment_names_its_field_and_changes_nothing(
    simulator, kafka, make_payment, fields, field
):
    published = list(kafka.changes)
    refused = await make_payment(**fields)

    assert refused.status_code == 422
    assert field in [error["field"] for error in refused.json()["errors"]]
    assert simulator.book.records["payments"] == {}
    assert kafka.changes == published


async def test_one_payment_applies_to_one_invoice_once(invoice, make_payment):
    refused = await make_payment(lines=[on(invoice, "1"), on(invoice, "2")])

    assert refused.json()["errors"][0]["field"] == "lines[1].invoice_id"


async def test_a_payment_stays_with_its_advertiser(simulator, invoice, make_payment):
    other = await simulator.people.create("advertisers", {"name": "Other"})
    refused = await make_payment(advertiser_id=other["id"], lines=[on(invoice, "1")])

    assert "another advertiser" in refused.json()["errors"][0]["message"]


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b""])
async def test_a_body_that_is_no_json_object_is_refused_and_not_a_crash(client, body):
    refused = await client.post("/advertisers/", content=body, headers=keyed("a1"))

    assert refused.status_code in {400, 422}
