"""In which currency is what an advertiser of another one has? mediaos-api.md 3.2, 4.1 and 8."""

import pytest

from streams.simulators.mediaos.refusals import Refusal

SOLD = {"line_items": [{"amount": "100"}]}


@pytest.fixture
async def french(simulator):
    fields = {"name": "Lumière", "currency_code": "EUR"}
    return await simulator.people.create("advertisers", fields)


async def made(client, path, body):
    answer = await client.post(
        f"/{path}/", json=body, headers={"idempotency-key": f"{path} {body}"}
    )
    return answer.status_code, answer.json()


async def test_the_home_currency_has_neither_name_nor_rate(client, advertiser):
    status, invoice = await made(client, "invoices", {"advertiser_id": advertiser["id"], **SOLD})

    assert (status, advertiser["currency"]) == (201, None)
    assert (invoice["currency"]["name"], invoice["exchange_rate"]) == ("U.S. Dollar", None)


async def test_what_is_an_advertisers_is_in_its_currency_at_a_rate(client, french):
    own = {"advertiser_id": french["id"]}
    said = {"currency_code": "EUR", "exchange_rate": "0.862068965517"}
    for path in ("invoices", "creditMemos", "refunds"):
        _, record = await made(client, path, {**own, **SOLD, **said})
        assert record["currency"] == {"id": "2", "name": "Euro"}
        assert (record["exchange_rate"], record["total"]) == ("0.862068965517", "100")

    # Left out it is the admin's.
    _, record = await made(client, "payments", {**own, "amount": "5"})
    assert (record["currency"], record["currency_exchange_rate"]) == ("Euro", "0.8")


@pytest.mark.parametrize("code", ["GBP", "USD", "ZZZ"])
async def test_another_currency_than_the_advertisers_is_refused(client, french, code):
    own = {"advertiser_id": french["id"], "currency_code": code}
    for path, body in (("invoices", {**own, **SOLD}), ("payments", {**own, "amount": "5"})):
        status, answer = await made(client, path, body)
        assert (status, answer["errors"][0]["field"]) == (422, "currency_code")


async def test_an_advertisers_currency_is_fixed_and_nothing_of_it_moves(
    simulator, french, advertiser
):
    with pytest.raises(Refusal):
        await simulator.people.edit("advertisers", french["id"], {"currency_code": "GBP"})
    body = {"advertiser_id": french["id"], **SOLD}
    for kind in ("invoices", "creditMemos", "refunds"):
        record = await simulator.people.create(kind, body)
        with pytest.raises(Refusal):
            await simulator.people.edit(kind, record["id"], {"advertiser_id": advertiser["id"]})


async def test_a_part_gains_what_its_two_days_differ_by(simulator, french):
    own = {"advertiser_id": french["id"]}
    invoice = await simulator.people.create("invoices", {**own, **SOLD, "exchange_rate": "0.8"})
    lines = [{"invoice_id": invoice["id"], "amount": "40"}]
    paid = {**own, "amount": "40", "lines": lines, "currency_exchange_rate": "0.5"}

    payment = await simulator.people.create("payments", paid)
    assert payment["lines"][0]["currency_variance"] == "30"

    changed = {"currency_exchange_rate": "1"}
    payment = await simulator.people.edit("payments", payment["id"], changed)
    assert payment["lines"][0]["currency_variance"] == "-10"
