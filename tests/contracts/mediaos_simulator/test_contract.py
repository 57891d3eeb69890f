"""Does the simulator serve the OpenAPI contract, all of it and nothing else?"""

import pytest
from jsonschema import Draft202012Validator, ValidationError
from openapi_spec_validator import validate


def test_the_contract_is_valid_openapi(contract):
    validate(contract)


def test_every_operation_of_the_contract_is_served_and_no_other(contract, simulator):
    written = {
        (path, method.upper())
        for path, operations in contract["paths"].items()
        for method in operations
        if method != "parameters"
    }
    served = {
        (route.path, method)
        for route in simulator.app.routes
        if not route.path.startswith("/admin/")
        for method in route.methods - {"HEAD"}
    }

    assert served == written


def test_every_operation_says_whether_it_is_documented(contract):
    operations = [
        operation
        for path in contract["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]

    assert all("x-origin" in operation for operation in operations)


async def test_records_have_the_keys_of_the_contract_and_no_other(contract, simulator, invoice):
    lines = [{"invoice_id": invoice["id"], "amount": "1"}]
    payment = await simulator.people.create(
        "payments", {"advertiser_id": invoice["advertiser_id"], "amount": "1", "lines": lines}
    )
    product = await simulator.people.create("products", {"name": "Event booth"})
    fee = await simulator.people.create("invoiceLineItemTypes", {"name": "Late fee", "kind": "fee"})
    terms = await simulator.people.create("terms", {"name": "Net 30"})
    advertiser = simulator.book.find("advertisers", invoice["advertiser_id"])

    for name, record in [
        ("Advertiser", advertiser),
        ("Invoice", invoice),
        ("InvoiceLineItem", invoice["line_items"][0]),
        ("Payment", payment),
        ("PaymentLine", payment["line"]),
        ("Product", product),
        ("InvoiceLineItemType", fee),
        ("Terms", terms),
    ]:
        schema = contract["components"]["schemas"][name]
        assert set(record) == set(schema["properties"]) == set(schema["required"])


@pytest.mark.parametrize("amount", ["1.10", "01", "1.", ".5", "1e2", "1.005"])
def test_the_contract_refuses_money_that_is_not_written_as_mediaos_does(contract, amount):
    money = Draft202012Validator(contract["components"]["schemas"]["Money"])

    money.validate("1861.08")
    with pytest.raises(ValidationError):
        money.validate(amount)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("advertisers", {"name"}),
        ("invoices", {"date_due", "total"}),
        ("payments", {"amount"}),
        ("products", {"name"}),
        ("invoiceLineItemTypes", {"name"}),
        ("terms", {"name"}),
    ],
)
async def test_lists_take_the_parameters_of_the_contract(contract, client, operation, parameters):
    known = [
        contract["components"]["parameters"][entry["$ref"].rsplit("/", 1)[1]]
        if "$ref" in entry
        else entry
        for entry in contract["paths"][f"/{operation}/"]["get"]["parameters"]
    ]
    values = {entry["name"]: _example(contract, entry) for entry in known}

    every = await client.get(f"/{operation}/", params=values)
    unknown = await client.get(f"/{operation}/", params={"colour": "red"})

    assert every.status_code == 200
    assert parameters <= set(next(e for e in known if e["name"] == "sort_by")["schema"]["enum"])
    named = unknown.json()["errors"][0]["message"].split("known: ")[1].split(", ")
    assert set(named) == set(values)


async def test_request_bodies_take_the_fields_of_the_contract(contract, client, invoice):
    for path, method, name in [
        ("/advertisers/", "POST", "AdvertiserNew"),
        (f"/advertisers/{invoice['advertiser_id']}", "PATCH", "AdvertiserFields"),
        (f"/invoices/{invoice['id']}", "PATCH", "InvoiceHeader"),
        ("/payments/", "POST", "PaymentNew"),
    ]:
        headers = {"idempotency-key": path, "if-match": '"1"'}
        refused = await client.request(method, path, json={"colour": 1}, headers=headers)

        colour = next(e for e in refused.json()["errors"] if e["field"] == "colour")
        known = colour["message"].split("known: ")[1].split(", ")
        assert set(known) == set(contract["components"]["schemas"][name]["properties"])


def _example(contract, parameter):
    schema = parameter["schema"]
    if "$ref" in schema:
        schema = contract["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    if "enum" in schema:
        return schema["enum"][-1]
    patterns = {"^[0-9]+$": "7", r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$": "2025-01-31 00:00:00"}
    return patterns.get(schema.get("pattern"), "1")
