"""Do people, faults and tampering do what tests and the demo ask of them?"""

import pytest


async def test_the_admin_side_takes_only_its_token(admin):
    refused = await admin.get("/book", headers={"authorization": "Bearer key"})

    assert (refused.status_code, refused.json()["code"]) == (401, "bad_credentials")


async def test_people_work_over_http_as_in_python(simulator, admin):
    product = (await admin.post("/products", json={"name": "Display"})).json()
    made = (await admin.post("/advertisers", json={"name": "Acme"})).json()
    fields = {
        "advertiser_id": made["id"],
        "line_items": [{"amount": "10", "product_id": product["id"]}],
    }
    invoice = (await admin.post("/invoices", json=fields)).json()
    edited = (await admin.patch(f"/invoices/{invoice['id']}", json={"comments": "Hi"})).json()
    deleted = (await admin.delete(f"/invoices/{invoice['id']}")).json()

    assert (edited["comments"], edited["row_version"]) == ("Hi", "2")
    assert deleted["date_deleted"] is not None
    assert (await admin.get("/book")).json() == simulator.book.records


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/colours", {}, 404),
        ("/advertisers", None, 422),
        ("/advertisers", {"name": ""}, 422),
        ("/invoices", {"advertiser_id": "1"}, 422),
        ("/faults", {"fault": "earthquake"}, 422),
        ("/faults", {"fault": ["status"]}, 422),
        ("/faults", {"fault": "status", "status": 200}, 422),
        ("/faults", {"fault": "status", "times": "2"}, 422),
        ("/tamper", {"tamper": "remove", "kind": "payments", "id": "9"}, 404),
        ("/tamper", {"tamper": "remove", "kind": "products", "id": "101"}, 422),
    ],
)
async def test_a_wrong_wish_gets_a_clear_answer(admin, path, body, status):
    refused = await admin.post(path, json=body)

    assert refused.status_code == status
    assert refused.json()["message"]


async def test_a_person_changes_lines_and_keeps_the_ones_named(simulator, invoice):
    kept, _ = invoice["line_items"]
    lines = [{"id": kept["id"], "amount": "99.99"}, {"amount": "5"}]
    edited = await simulator.people.edit("invoices", invoice["id"], {"line_items": lines})

    assert edited["line_items"][0] == kept | {"amount": "99.99", "total": "99.99"}
    assert edited["line_items"][1]["id"] not in {line["id"] for line in invoice["line_items"]}
    assert edited["total"] == "104.99"


async def test_a_paid_invoice_is_neither_deleted_nor_moved_nor_cut_below_its_payments(
    simulator, admin, invoice
):
    lines = [{"invoice_id": invoice["id"], "amount": "200"}]
    fields = {"advertiser_id": invoice["advertiser_id"], "amount": "200", "lines": lines}
    await simulator.people.create("payments", fields)
    other = await simulator.people.create("advertisers", {"name": "Other"})
    path = f"/invoices/{invoice['id']}"

    deleted = await admin.delete(path)
    moved = await admin.patch(path, json={"advertiser_id": other["id"]})
    cut = await admin.patch(path, json={"line_items": [{"amount": "199.99"}]})
    even = await admin.patch(path, json={"line_items": [{"amount": "200"}]})

    assert (deleted.status_code, deleted.json()["code"]) == (409, "payments_applied")
    assert moved.status_code == 409
    assert cut.status_code == 422
    assert (even.json()["balance"], even.json()["status"]) == ("0", "Paid")


async def test_what_is_in_use_is_not_deleted(simulator, admin, advertiser):
    product = await simulator.people.create("products", {"name": "Display"})
    lines = [{"amount": "1", "product_id": product["id"]}]
    fields = {"advertiser_id": advertiser["id"], "line_items": lines}
    invoice = await simulator.people.create("invoices", fields)

    paths = [f"/advertisers/{advertiser['id']}", f"/products/{product['id']}"]
    before = [(await admin.delete(path)).status_code for path in paths]
    await simulator.people.delete("invoices", invoice["id"])
    after = [(await admin.delete(path)).status_code for path in paths]

    assert (before, after) == ([409, 409], [200, 200])


async def test_a_write_that_times_out_after_commit_was_done_once(client, admin):
    await admin.post("/faults", json={"fault": "time_out_after_commit"})
    write = {"json": {"name": "Acme"}, "headers": {"idempotency-key": "a1"}}

    lost = await client.post("/advertisers/", **write)
    again = await client.post("/advertisers/", **write)

    assert (lost.status_code, again.status_code) == (504, 201)
    assert "idempotency-replayed" in again.headers
    assert (await client.get("/advertisers/")).json()["count"] == 1


async def test_a_write_that_times_out_before_commit_was_not_done(client, admin, kafka):
    await admin.post("/faults", json={"fault": "time_out_before_commit"})
    write = {"json": {"name": "Acme"}, "headers": {"idempotency-key": "a1"}}
    lost = await client.post("/advertisers/", **write)

    assert (lost.status_code, kafka.changes) == (504, [])
    again = await client.post("/advertisers/", **write)
    assert again.status_code == 201
    assert "idempotency-replayed" not in again.headers


async def test_the_next_answers_have_the_status_asked_for(client, admin):
    await admin.post("/faults", json={"fault": "status", "status": 503, "times": 2})
    statuses = [(await client.get("/users/")).status_code for _ in range(3)]

    assert statuses == [503, 503, 200]


async def test_a_wrong_412_names_the_revision_that_was_right(client, admin, advertiser):
    await admin.post("/faults", json={"fault": "wrong_412"})
    write = {"json": {"phone": "1"}, "headers": {"idempotency-key": "u1", "if-match": '"1"'}}
    path = f"/advertisers/{advertiser['id']}"

    refused, done = await client.patch(path, **write), await client.patch(path, **write)

    assert (refused.status_code, refused.json()["row_version"]) == (412, "1")
    assert done.json()["row_version"] == "2"


async def test_the_log_holds_every_request_and_no_secret(client, admin):
    await client.get("/invoices/", params={"page": 1})
    await client.post("/advertisers/", json={"name": ""}, headers={"idempotency-key": "a1"})

    log = (await admin.get("/requests")).json()["requests"]
    at = "2025-03-10 14:30:05"
    assert log == [
        {
            "method": "GET",
            "path": "/invoices/",
            "params": {"page": "1"},
            "idempotency_key": None,
            "if_match": None,
            "status": 200,
            "at": at,
        },
        {
            "method": "POST",
            "path": "/advertisers/",
            "params": {},
            "idempotency_key": "a1",
            "if_match": None,
            "status": 422,
            "at": at,
        },
    ]


@pytest.fixture
async def payment(simulator, invoice):
    lines = [{"invoice_id": invoice["id"], "amount": "100"}]
    fields = {"advertiser_id": invoice["advertiser_id"], "amount": "100", "lines": lines}
    return await simulator.people.create("payments", fields)


async def test_a_cent_is_shifted_silently(client, admin, kafka, invoice, payment):
    published = len(kafka.changes)
    for kind, record in [("invoices", invoice), ("payments", payment)]:
        body = {"tamper": "shift_amount", "kind": kind, "id": record["id"]}
        await admin.post("/tamper", json=body)

    shown = (await client.get(f"/invoices/{invoice['id']}")).json()
    assert (shown["total"], shown["balance"], shown["row_version"]) == ("251.01", "151.01", "2")
    assert (await client.get(f"/payments/{payment['id']}")).json()["amount"] == "100.01"
    assert len(kafka.changes) == published


async def test_a_payment_is_removed_silently_and_owed_again(client, admin, kafka, invoice, payment):
    published = len(kafka.changes)
    body = {"tamper": "remove", "kind": "payments", "id": payment["id"]}
    await admin.post("/tamper", json=body)

    assert (await client.get(f"/payments/{payment['id']}")).status_code == 404
    assert (await client.get(f"/invoices/{invoice['id']}")).json()["balance"] == "251"
    assert len(kafka.changes) == published


async def test_a_second_document_appears_silently(client, admin, kafka, invoice, payment):
    published = len(kafka.changes)
    copies = [
        (await admin.post("/tamper", json={"tamper": "duplicate", "kind": kind, "id": id_})).json()
        for kind, id_ in [("invoices", invoice["id"]), ("payments", payment["id"])]
    ]

    assert (await client.get("/invoices/")).json()["count"] == 2
    assert (await client.get("/payments/")).json()["count"] == 2
    assert (copies[0]["total"], copies[0]["balance"]) == ("251", "251")
    assert copies[1]["amount"] == "100"
    assert len(kafka.changes) == published
