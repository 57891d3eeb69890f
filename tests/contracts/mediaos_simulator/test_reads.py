"""Do the reads look as documented, and page and filter as specified?"""

import base64

import pytest


async def test_an_invoice_is_written_in_text_as_documented(client, invoice):
    shown = (await client.get(f"/invoices/{invoice['id']}")).json()

    assert shown == invoice
    assert (shown["sub_total"], shown["total"], shown["balance"]) == ("251", "251", "251")
    assert (shown["discount_total"], shown["tax_total"]) == ("0", "0")
    assert (shown["status"], shown["tax_percent_based"]) == ("Unpaid", "0")
    assert shown["date_created"] == "2025-03-10 00:00:00"
    assert shown["date_due"] == "2025-04-09 00:00:00"
    assert shown["currency"] == {"id": "1", "name": "U.S. Dollar"}
    assert [line["total"] for line in shown["line_items"]] == ["150", "101"]


async def test_a_user_has_user_id_alone_and_id_in_a_list(client):
    listed = (await client.get("/users/", params={"first_name": "Ada"})).json()
    single = (await client.get("/users/1")).json()

    assert (listed["count"], listed["users"][0]["id"], single["user_id"]) == (1, "1", "1")
    assert (await client.get("/users/", params={"email": "x@y"})).json()["users"] == []
    assert (await client.get("/users/2")).status_code == 404


@pytest.mark.parametrize("kind", ["advertisers", "invoices", "payments", "products"])
async def test_an_unknown_id_is_404(client, kind):
    refused = await client.get(f"/{kind}/999")

    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer key", "Basic", "Basic " + base64.b64encode(b"key:wrong").decode(), "Basic \xe9"],
)
async def test_bad_credentials_are_401_with_a_challenge(simulator, make_client, authorization):
    headers = {} if authorization is None else {"authorization": authorization.encode("latin-1")}
    async with make_client(simulator, auth=None) as client:
        refused = await client.get("/users/", headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (401, "bad_credentials")
    assert refused.headers["www-authenticate"].startswith("Basic")


async def test_lists_page_and_count_all_that_match(simulator, client):
    made = [
        await simulator.people.create("advertisers", {"name": f"No {number}"})
        for number in range(27)
    ]

    first = (await client.get("/advertisers/")).json()
    second = (await client.get("/advertisers/", params={"page": 2})).json()
    beyond = (await client.get("/advertisers/", params={"page": 3})).json()

    assert first["advertisers"] + second["advertisers"] == made
    assert (first["count"], second["count"], len(first["advertisers"])) == (27, 27, 25)
    assert beyond == {"advertisers": [], "count": 27}


async def test_invoices_come_newest_first_and_sort_by_total_as_a_number(
    simulator, client, advertiser
):
    for amount in ("9", "100", "20"):
        fields = {"advertiser_id": advertiser["id"], "line_items": [{"amount": amount}]}
        await simulator.people.create("invoices", fields)

    async def totals(**params):
        found = (await client.get("/invoices/", params=params)).json()["invoices"]
        return [invoice["total"] for invoice in found]

    assert await totals() == ["20", "100", "9"]
    assert await totals(sort_by="total", sort_order="asc") == ["9", "20", "100"]
    assert await totals(amount_from="10", amount_to="20") == ["20"]


async def test_a_record_is_found_by_its_external_reference(client, invoice):
    await client.patch(
        f"/invoices/{invoice['id']}",
        json={"external_reference": "145", "external_number": "MediaOS-136"},
        headers={"idempotency-key": "k1", "if-match": '"1"'},
    )

    by_reference = await client.get("/invoices/", params={"external_reference": "145"})
    by_number = await client.get("/invoices/", params={"external_number": "MediaOS-136"})
    by_another = await client.get("/invoices/", params={"external_reference": "146"})

    assert [found["id"] for found in by_reference.json()["invoices"]] == [invoice["id"]]
    assert [found["id"] for found in by_number.json()["invoices"]] == [invoice["id"]]
    assert by_another.json() == {"invoices": [], "count": 0}


async def test_windows_of_modification_tile_without_gap_or_overlap(simulator, client, clock):
    ids = []
    for _ in range(3):
        ids.append((await simulator.people.create("products", {"name": "Display"}))["id"])
        clock.advance(seconds=10)

    async def found(**window):
        return [
            product["id"]
            for product in (await client.get("/products/", params=window)).json()["products"]
        ]

    assert await found(date_modified_before="2025-03-10 14:30:15") == ids[:1]
    assert await found(date_modified_after="2025-03-10 14:30:15") == ids[1:]


async def test_a_deleted_record_leaves_the_lists_and_stays_readable(simulator, client, invoice):
    await simulator.people.delete("invoices", invoice["id"])

    gone = (await client.get(f"/invoices/{invoice['id']}")).json()
    asked = {"include_deleted": "true"}

    assert gone["date_deleted"] == "2025-03-10 14:30:05"
    assert (await client.get("/invoices/")).json()["count"] == 0
    assert (await client.get("/invoices/", params=asked)).json()["invoices"] == [gone]


async def test_every_wrong_parameter_is_named_at_once(client):
    params = {"page": "0", "per_page": "101", "sort_by": "colour", "advertiser": "1"}
    refused = await client.get("/invoices/", params=params)

    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == sorted(params)


async def test_the_limit_is_429_until_the_window_has_rolled_on(make_simulator, make_client, clock):
    simulator = make_simulator(requests_per_window=2)
    async with make_client(simulator) as client:
        statuses = [(await client.get("/users/")).status_code for _ in range(2)]
        clock.advance(hours=23)
        statuses.append((await client.get("/users/")).status_code)
        clock.advance(hours=1)
        statuses.append((await client.get("/users/")).status_code)

    assert statuses == [200, 200, 429, 200]


async def test_an_unknown_path_or_method_answers_in_json(client):
    path, method = await client.get("/invoices"), await client.delete("/advertisers/1")

    assert (path.status_code, path.json()["code"]) == (404, "no_such_path")
    assert (method.status_code, method.json()["code"]) == (405, "method_not_allowed")


async def test_405_names_all_methods_of_the_path_and_no_other(client):
    refused = await client.put("/payments/50001")

    assert refused.headers["allow"] == "DELETE, GET, HEAD, PATCH"


@pytest.mark.parametrize(
    ("path", "filter_"),
    [
        ("/invoices/", "contract_id"),
        ("/invoices/", "advertiser_id"),
        ("/payments/", "invoice_id"),
        ("/payments/", "advertiser_id"),
    ],
)
async def test_a_filter_by_no_id_is_refused_and_not_answered_with_nothing(client, path, filter_):
    refused = await client.get(path, params={filter_: ""})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == filter_
